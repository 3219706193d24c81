//! 三色预警: this week against the mean of the last 15.
//!
//! It must not decide what follows: a person does. Invariant: whole numbers throughout, so the
//! edge (+10 % exactly is green) is exact and the arithmetic can be shown.

use super::number::Ratio;

/// Weeks of the mean.
pub const COLOUR_WEEKS: usize = 15;

/// The colour of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Up to +10 %, or +2 events when the mean is under 5.
    Green,
    /// Up to +30 %, or +4 events.
    Yellow,
    /// Above.
    Red,
}

impl Colour {
    /// 绿, 黄, 红.
    pub fn label(self) -> &'static str {
        match self {
            Self::Green => "绿",
            Self::Yellow => "黄",
            Self::Red => "红",
        }
    }
}

/// A colour with what it was computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColourWarning {
    /// The colour.
    pub colour: Colour,
    /// This week's events.
    pub now: u32,
    /// Events of the 15 weeks before.
    pub sum: u64,
    /// The arithmetic, in Chinese.
    pub arithmetic: String,
}

/// Colours a week; `None` with fewer than 15 weeks before it.
pub fn colour(before: &[u32], now: u32) -> Option<ColourWarning> {
    let last = before.get(before.len().checked_sub(COLOUR_WEEKS)?..)?;
    let sum: u64 = last.iter().map(|&count| u64::from(count)).sum();
    // Multiplied out: y ≤ 1.1·sum/15 is 150·y ≤ 11·sum, and y ≤ sum/15 + 2 is 15·y ≤ sum + 30.
    let y = u64::from(now);
    let absolute = sum < 5 * COLOUR_WEEKS as u64;
    let within = |percent: u64, events: u64| {
        if absolute { 15 * y <= sum + 15 * events } else { 1500 * y <= (100 + percent) * sum }
    };
    let colour = match (within(10, 2), within(30, 4)) {
        (true, _) => Colour::Green,
        (false, true) => Colour::Yellow,
        (false, false) => Colour::Red,
    };
    Some(ColourWarning { colour, now, sum, arithmetic: arithmetic(colour, now, sum, absolute) })
}

fn arithmetic(colour: Colour, now: u32, sum: u64, absolute: bool) -> String {
    let (y, sum) = (i128::from(now), i128::from(sum));
    let shown = |ratio: Option<Ratio>| {
        ratio.map_or_else(String::new, |ratio| {
            let text = ratio.rounded(1).to_string();
            if text.starts_with('-') { text } else { format!("+{text}") }
        })
    };
    let mean = Ratio::new(sum, 15).map_or_else(String::new, |mean| mean.rounded(1).to_string());
    let difference = if absolute {
        format!("{}起（绿≤+2起，黄≤+4起）", shown(Ratio::new(15 * y - sum, 15)))
    } else {
        format!("{}%（绿≤+10%，黄≤+30%）", shown(Ratio::new(100 * (15 * y - sum), sum)))
    };
    format!("本周{now}起，前15周合计{sum}起、周均{mean}起，{difference}：{}", colour.label())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(mean: u32, now: u32) -> Colour {
        colour(&[mean; 15], now).unwrap().colour
    }

    #[test]
    fn edges_belong_to_the_calmer_colour() {
        for (mean, now, wanted) in [
            (10, 11, Colour::Green),
            (10, 12, Colour::Yellow),
            (10, 13, Colour::Yellow),
            (10, 14, Colour::Red),
            (5, 6, Colour::Yellow),
            (4, 6, Colour::Green),
            (4, 8, Colour::Yellow),
            (4, 9, Colour::Red),
            (0, 2, Colour::Green),
            (0, 5, Colour::Red),
        ] {
            assert_eq!(found(mean, now), wanted, "{mean} {now}");
        }
        assert_eq!(colour(&[3; 14], 3), None);
    }

    #[test]
    fn the_arithmetic_is_shown() {
        let warning = colour(&[10; 20], 12).unwrap();
        assert_eq!(
            warning.arithmetic,
            "本周12起，前15周合计150起、周均10.0起，+20.0%（绿≤+10%，黄≤+30%）：黄"
        );
    }
}
