//! A change between two counts, in words and as a table cell.
//!
//! It must not judge significance. Invariant: figures come from whole numbers, half-up; a fall
//! never exceeds 100 % and is never 「下降N倍」; a zero base has no percentage.

use crate::trend::number::Ratio;

/// A base below this makes a percentage shaky: 「基数小」 stands beside it.
pub const SMALL_BASE: u64 = 20;

/// What must be said beside a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The base is 0: there is no percentage.
    ZeroBase,
    /// The base is under 20.
    SmallBase,
    /// Nothing happened now: 零发案.
    NoCases,
    /// The period isn't over: there is no percentage.
    Incomplete,
    /// A definition changed inside the windows: 不可比.
    Incomparable,
}

/// A change as people read it and as a machine does.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording {
    /// A sentence's part, such as 「下降63.0%」.
    pub text: String,
    /// A table's cell, such as 「-63.0%」 or 「—」.
    pub cell: String,
    /// The percentage, one place; `None` where there is none.
    pub percent: Option<f64>,
    /// What must be said beside it.
    pub flags: Vec<Flag>,
}

/// A count over a whole number of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// Events.
    pub count: u64,
    /// Days, above 0.
    pub days: u32,
}

/// The percentage change of the daily rates, exactly; `None` on a zero base.
pub fn percent_change(now: DayCount, base: DayCount) -> Option<Ratio> {
    let scaled = |count: u64, days: u32| i128::from(count) * i128::from(days);
    let (a, b) = (scaled(now.count, base.days), scaled(base.count, now.days));
    Ratio::new(100 * (a - b), b)
}

/// Puts a change into words.
pub fn wording(now: DayCount, base: DayCount) -> Wording {
    let Some(change) = percent_change(now, base) else {
        return on_zero_base(now.count);
    };
    let mut flags = Vec::new();
    if base.count < SMALL_BASE {
        flags.push(Flag::SmallBase);
    }
    if now.count == 0 {
        flags.push(Flag::NoCases);
        let text = "下降100%(零发案)".to_owned();
        return Wording { text, cell: "-100%".to_owned(), percent: Some(-100.0), flags };
    }
    let rounded = change.rounded(1);
    let shown = rounded.to_string();
    let small = if flags.is_empty() { "" } else { "(基数小)" };
    let (text, cell) = match rounded.digits {
        0 => ("持平".to_owned(), "0.0%".to_owned()),
        1.. => (format!("上升{shown}%"), format!("+{shown}%")),
        _ => (format!("下降{}%", shown.trim_start_matches('-')), format!("{shown}%")),
    };
    let percent = shown.parse().ok();
    Wording { text: text + small, cell: cell + small, percent, flags }
}

fn on_zero_base(now: u64) -> Wording {
    if now == 0 {
        let text = "持平".to_owned();
        let flags = vec![Flag::ZeroBase, Flag::NoCases];
        return Wording { cell: text.clone(), text, percent: None, flags };
    }
    let text = format!("净增{now}起(基期为零，不计算增幅)");
    Wording { text, cell: "—".to_owned(), percent: None, flags: vec![Flag::ZeroBase] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(count: u64) -> DayCount {
        DayCount { count, days: 7 }
    }

    #[test]
    fn the_rules_of_the_definitions() {
        for (now, base, text, cell) in [
            (0, 0, "持平", "持平"),
            (4, 0, "净增4起(基期为零，不计算增幅)", "—"),
            (0, 25, "下降100%(零发案)", "-100%"),
            (37, 100, "下降63.0%", "-63.0%"),
            (100, 37, "上升170.3%", "+170.3%"),
            (3, 8, "下降62.5%(基数小)", "-62.5%(基数小)"),
            (50, 50, "持平", "0.0%"),
            (310, 378, "下降18.0%", "-18.0%"),
            // 1/80 = 1.25 %: half-up, in both directions.
            (81, 80, "上升1.3%", "+1.3%"),
            (79, 80, "下降1.3%", "-1.3%"),
            (20_001, 20_000, "持平", "0.0%"),
        ] {
            let found = wording(week(now), week(base));
            assert_eq!((found.text.as_str(), found.cell.as_str()), (text, cell), "{now} {base}");
        }
    }

    #[test]
    fn a_zero_base_is_null_with_a_flag() {
        let found = wording(week(4), week(0));
        assert_eq!((found.percent, found.flags), (None, vec![Flag::ZeroBase]));
        let found = wording(week(0), week(5));
        assert_eq!(found.percent, Some(-100.0));
        assert_eq!(found.flags, vec![Flag::SmallBase, Flag::NoCases]);
    }

    #[test]
    fn windows_of_different_length_compare_their_daily_rates() {
        let found = wording(DayCount { count: 157, days: 31 }, DayCount { count: 164, days: 30 });
        assert_eq!(found.percent, Some(-7.4));
    }
}
