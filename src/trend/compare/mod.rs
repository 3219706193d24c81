//! 环比 and 同比: two counts, both windows, an interval and a judgement.
//!
//! It must not read rows. Invariant: no rate without both bases; an incomplete period, a zero base
//! and a changed definition have none.

mod spring;
mod window;
mod wording;

use jiff::civil::Date;

pub use spring::spring_festival;
pub use window::{Basis, days, last_28_days, year_to_date};
pub use wording::{DayCount, Flag, SMALL_BASE, Wording, percent_change, wording};

use super::definition::{DefinitionChange, Measure, Selection};
use super::interval::{self, RatioInterval, Tally, Tests};
use crate::clock::Period;

/// Two-sided level of every verdict and interval.
pub const LEVEL: f64 = 0.05;

/// 判断.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 明显上升.
    Rise,
    /// 明显下降.
    Fall,
    /// 波动正常.
    Ordinary,
    /// 基数小: nothing is proven, and the base couldn't prove much.
    SmallBase,
}

impl Verdict {
    /// The judgement in Chinese.
    pub fn label(self) -> &'static str {
        match self {
            Self::Rise => "明显上升",
            Self::Fall => "明显下降",
            Self::Ordinary => "波动正常",
            Self::SmallBase => "基数小",
        }
    }
}

/// The statistics of two counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assessment {
    /// Exact p-values; `None` when both counts are 0.
    pub tests: Option<Tests>,
    /// Bounds of the ratio of rates.
    pub ratio: RatioInterval,
    /// The judgement.
    pub verdict: Verdict,
}

/// Tests two tallies; `phi` above 1 widens the interval and tempers the verdict.
pub fn assess(now: Tally, base: Tally, phi: Option<f64>) -> Assessment {
    let tests = interval::tests(now, base);
    let ratio = match phi {
        None => interval::exact_interval(now, base, LEVEL),
        Some(phi) => interval::dispersed_interval(now, base, phi, LEVEL),
    };
    let proven = match (phi, ratio) {
        (Some(_), RatioInterval { low: Some(low), high: Some(high) }) => low > 1.0 || high < 1.0,
        // A zero count has no such interval: test the counts divided by φ instead.
        (Some(phi), _) => central(deflated(now, phi), deflated(base, phi)) < LEVEL,
        (None, _) => central(now, base) < LEVEL,
    };
    let verdict = if proven {
        let rises = now.count as f64 / now.days > base.count as f64 / base.days;
        if rises { Verdict::Rise } else { Verdict::Fall }
    } else if base.count < SMALL_BASE {
        Verdict::SmallBase
    } else {
        Verdict::Ordinary
    };
    Assessment { tests, ratio, verdict }
}

fn central(now: Tally, base: Tally) -> f64 {
    interval::tests(now, base).map_or(1.0, |tests| tests.central)
}

fn deflated(tally: Tally, phi: f64) -> Tally {
    Tally { count: super::number::floor_count(tally.count as f64 / phi), ..tally }
}

/// One figure to compare.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// What is counted.
    pub measure: Measure,
    /// Which grids and kinds.
    pub selection: &'a Selection,
    /// The period asked about.
    pub now: Period,
    /// What it is compared with.
    pub base: Period,
    /// The first local day known; a base that begins earlier is incomparable.
    pub known_from: Option<Date>,
    /// The last whole local day known; a period that ends later is incomplete.
    pub known_until: Date,
    /// Changes of definition that the district knows.
    pub changes: &'a [DefinitionChange],
}

/// A comparison as the report shows it.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What was counted.
    pub measure: Measure,
    /// Both windows, always printed.
    pub now: Period,
    /// The base's window.
    pub base: Period,
    /// Events now.
    pub count_now: u64,
    /// Events then.
    pub count_base: u64,
    /// The change in words.
    pub wording: Wording,
    /// Tests, interval and judgement; `None` where no rate may be formed.
    pub assessment: Option<Assessment>,
}

/// Compares the counts of both windows.
pub fn compare(question: &Question<'_>, count_now: u64, count_base: u64) -> Comparison {
    let exposure = |period: Period| u32::try_from(days(period)).unwrap_or(1).max(1);
    let now = DayCount { count: count_now, days: exposure(question.now) };
    let base = DayCount { count: count_base, days: exposure(question.base) };
    let divided = question.changes.iter().find(|change| {
        change.touches(question.selection) && change.divides(question.now, question.base)
    });
    let (wording, assessment) = if let Some(change) = divided {
        let text = format!("不可比({}，{}起口径变更)", change.reason, change.on);
        (unrated(text, "不可比", Flag::Incomparable), None)
    } else if let Some(start) = question.known_from.filter(|day| question.base.first() < *day) {
        let text = format!("不可比(基期早于数据起始日{start})");
        (unrated(text, "不可比", Flag::Incomparable), None)
    } else if question.now.last() > question.known_until {
        let text = format!("{count_now}起(本期未满，不计算增幅)");
        (unrated(text, "未满", Flag::Incomplete), None)
    } else {
        let tally = |side: DayCount| Tally { count: side.count, days: f64::from(side.days) };
        (wording(now, base), Some(assess(tally(now), tally(base), None)))
    };
    Comparison {
        measure: question.measure,
        now: question.now,
        base: question.base,
        count_now,
        count_base,
        wording,
        assessment,
    }
}

fn unrated(text: String, cell: &str, flag: Flag) -> Wording {
    Wording { text, cell: cell.to_owned(), percent: None, flags: vec![flag] }
}

impl Comparison {
    /// 「警情37起(2026-11-16至2026-11-22)，同比(2025-11-17至2025-11-23，100起)下降63.0%」.
    pub fn sentence(&self, basis: Basis) -> String {
        format!(
            "{}{}起({}至{})，{}({}至{}，{}起){}",
            self.measure.label(),
            self.count_now,
            self.now.first(),
            self.now.last(),
            basis.label(),
            self.base.first(),
            self.base.last(),
            self.count_base,
            self.wording.text
        )
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::definition::ChangeScope;
    use super::*;

    fn tally(count: u64) -> Tally {
        Tally { count, days: 7.0 }
    }

    #[test]
    fn verdicts() {
        for (now, base, phi, wanted) in [
            (37, 100, None, Verdict::Fall),
            (10, 27, None, Verdict::Fall),
            (3, 8, None, Verdict::SmallBase),
            (62, 81, None, Verdict::Ordinary),
            (100, 37, None, Verdict::Rise),
            (0, 0, None, Verdict::SmallBase),
            (10, 27, Some(4.0), Verdict::Ordinary),
            (0, 40, Some(2.0), Verdict::Fall),
            (0, 20, Some(8.0), Verdict::Ordinary),
            // A small base can still prove a large surge.
            (30, 2, None, Verdict::Rise),
        ] {
            let found = assess(tally(now), tally(base), phi).verdict;
            assert_eq!(found, wanted, "{now} {base} {phi:?}");
        }
    }

    fn question<'a>(
        selection: &'a Selection,
        changes: &'a [DefinitionChange],
        known_until: Date,
    ) -> Question<'a> {
        let now = Period::new(date(2026, 11, 16), date(2026, 11, 22)).unwrap();
        let base = Basis::SameWeekdays.of(now).unwrap();
        let measure = Measure::Calls;
        Question { measure, selection, now, base, known_from: None, known_until, changes }
    }

    #[test]
    fn both_windows_stand_in_the_sentence() {
        let everything = Selection::default();
        let found = compare(&question(&everything, &[], date(2026, 11, 22)), 37, 100);
        assert_eq!(
            found.sentence(Basis::SameWeekdays),
            "警情37起(2026-11-16至2026-11-22)，同比(2025-11-17至2025-11-23，100起)下降63.0%"
        );
    }

    #[test]
    fn a_week_that_is_not_over_has_no_rate() {
        let everything = Selection::default();
        let found = compare(&question(&everything, &[], date(2026, 11, 21)), 37, 100);
        assert_eq!(found.wording.flags, [Flag::Incomplete]);
        assert!(found.wording.percent.is_none() && found.assessment.is_none());
    }

    #[test]
    fn a_base_before_the_first_day_is_no_zero() {
        let everything = Selection::default();
        let mut question = question(&everything, &[], date(2026, 11, 22));
        question.known_from = Some(date(2025, 11, 18));
        let found = compare(&question, 37, 0);
        assert_eq!(found.wording.text, "不可比(基期早于数据起始日2025-11-18)");
        question.known_from = Some(date(2025, 11, 17));
        assert_eq!(compare(&question, 37, 100).wording.percent, Some(-63.0));
    }

    #[test]
    fn a_change_inside_the_windows_is_incomparable() {
        let everything = Selection::default();
        let changes = [DefinitionChange {
            scope: ChangeScope::District,
            on: date(2026, 3, 1),
            reason: "辖区调整".to_owned(),
        }];
        let found = compare(&question(&everything, &changes, date(2026, 11, 22)), 37, 100);
        assert_eq!(found.wording.text, "不可比(辖区调整，2026-03-01起口径变更)");
        assert_eq!((found.wording.cell.as_str(), found.wording.percent), ("不可比", None));
    }
}
