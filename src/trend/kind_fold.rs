//! How leaf kinds fold into report classes, by a table with a version that the brief prints.
//!
//! It must not know counts. Invariant: one table folds both windows of a comparison; a kind that no
//! table names goes to 其他, never nowhere.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::cube::{KindIndex, Names};
use super::definition::{Measure, Selection};
use crate::domain::{KindCode, TopKind};

/// A line of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReportClass {
    /// 刑事.
    Criminal,
    /// 治安.
    Security,
    /// 交通.
    Traffic,
    /// 纠纷.
    Dispute,
    /// 群众求助.
    Help,
    /// 其他.
    Other,
    /// 骚扰: outside 有效.
    Nuisance,
}

impl ReportClass {
    /// Every class, in the report's order.
    pub const ALL: [Self; 7] = [
        Self::Criminal,
        Self::Security,
        Self::Traffic,
        Self::Dispute,
        Self::Help,
        Self::Other,
        Self::Nuisance,
    ];

    /// The class's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Criminal => "刑事",
            Self::Security => "治安",
            Self::Traffic => "交通",
            Self::Dispute => "纠纷",
            Self::Help => "群众求助",
            Self::Other => "其他",
            Self::Nuisance => "骚扰",
        }
    }

    /// Whether it counts as 有效.
    pub fn is_effective(self) -> bool {
        self != Self::Nuisance
    }

    /// Whether it belongs to 治安刑事案件.
    pub fn is_public_order(self) -> bool {
        matches!(self, Self::Criminal | Self::Security)
    }

    fn of(top: TopKind) -> Self {
        match top {
            TopKind::Criminal => Self::Criminal,
            TopKind::Security => Self::Security,
            TopKind::Traffic => Self::Traffic,
            TopKind::Dispute => Self::Dispute,
            TopKind::Help => Self::Help,
            TopKind::Fire | TopKind::Hazard | TopKind::Environment | TopKind::Other => Self::Other,
        }
    }
}

/// One version of the folding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindFold {
    /// Version that the brief prints.
    pub version: u32,
    /// First day on which it is used.
    pub since: Date,
    leaves: BTreeMap<KindCode, (Measure, ReportClass)>,
}

impl KindFold {
    /// Folds each leaf by its top kind: 隐患 is its own measure, the rest are 警情.
    pub fn by_top_kind<'a>(
        version: u32,
        since: Date,
        kinds: impl IntoIterator<Item = (&'a KindCode, TopKind)>,
    ) -> Self {
        let leaf = |(code, top): (&KindCode, TopKind)| {
            let measure = if top == TopKind::Hazard { Measure::Hazards } else { Measure::Calls };
            (code.clone(), (measure, ReportClass::of(top)))
        };
        Self { version, since, leaves: kinds.into_iter().map(leaf).collect() }
    }

    /// Puts one leaf elsewhere.
    pub fn set(&mut self, code: KindCode, measure: Measure, class: ReportClass) {
        self.leaves.insert(code, (measure, class));
    }

    /// Where a leaf belongs.
    pub fn of(&self, code: &KindCode) -> (Measure, ReportClass) {
        self.leaves.get(code).copied().unwrap_or((Measure::Calls, ReportClass::Other))
    }

    /// All grids, and the kinds of one measure whose class is wanted.
    pub fn select(
        &self,
        names: &Names,
        measure: Measure,
        wanted: impl Fn(ReportClass) -> bool,
    ) -> Selection {
        let kinds = (0_u16..).zip(names.kinds()).filter(|(_, code)| {
            let (own, class) = self.of(code);
            own == measure && wanted(class)
        });
        Selection { grids: None, kinds: Some(kinds.map(|(index, _)| KindIndex(index)).collect()) }
    }
}

/// The version in force on a day; the first one before that.
pub fn in_force(versions: &[KindFold], day: Date) -> Option<&KindFold> {
    let started = versions.iter().filter(|fold| fold.since <= day);
    started.max_by_key(|fold| fold.since).or_else(|| versions.iter().min_by_key(|f| f.since))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn versions_follow_the_day() {
        let code = KindCode::from("other.call");
        let old = KindFold::by_top_kind(1, date(2025, 1, 1), [(&code, TopKind::Other)]);
        let mut new = old.clone();
        (new.version, new.since) = (2, date(2026, 7, 1));
        new.set(code.clone(), Measure::Calls, ReportClass::Nuisance);
        let versions = [new, old];
        let class = |day| in_force(&versions, day).unwrap().of(&code).1;
        assert_eq!(class(date(2026, 6, 30)), ReportClass::Other);
        assert_eq!(class(date(2026, 7, 1)), ReportClass::Nuisance);
        assert_eq!(in_force(&versions, date(2020, 1, 1)).unwrap().version, 1);
        assert!(!ReportClass::Nuisance.is_effective());
    }

    #[test]
    fn hazards_are_their_own_measure() {
        let (hazard, theft) = (KindCode::from("hazard.door"), KindCode::from("criminal"));
        let kinds = [(&hazard, TopKind::Hazard), (&theft, TopKind::Criminal)];
        let fold = KindFold::by_top_kind(1, date(2026, 1, 1), kinds);
        assert_eq!(fold.of(&hazard).0, Measure::Hazards);
        assert_eq!(fold.of(&theft), (Measure::Calls, ReportClass::Criminal));
        let mut names = Names::default();
        names.kind(&hazard);
        names.kind(&theft);
        let selected = fold.select(&names, Measure::Calls, ReportClass::is_public_order);
        assert_eq!(selected.kinds, Some(vec![KindIndex(1)]));
        assert_eq!(fold.of(&KindCode::from("new")), (Measure::Calls, ReportClass::Other));
    }
}
