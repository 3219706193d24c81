//! Exact fractions printed as decimals, half-up: 2.25 → 2.3, −2.25 → −2.3.
//!
//! It must not know percentages. Invariant: no binary float touches a printed figure.

/// An exact fraction; the denominator is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// `numerator / denominator`; `None` when the denominator is zero.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        match denominator {
            0 => None,
            d if d < 0 => Some(Self { numerator: -numerator, denominator: -d }),
            d => Some(Self { numerator, denominator: d }),
        }
    }

    /// The nearest float.
    pub fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// Tenths, hundredths, … as a whole number, rounded half away from zero (`decimals` ≤ 9).
    pub fn scaled(self, decimals: u32) -> i128 {
        let numerator = self.numerator * 10_i128.pow(decimals.min(9));
        let magnitude = (2 * numerator.abs() + self.denominator) / (2 * self.denominator);
        if numerator < 0 { -magnitude } else { magnitude }
    }

    /// The whole number of tenths, hundredths, … nearer to zero.
    pub fn truncated(self, decimals: u32) -> i128 {
        self.numerator * 10_i128.pow(decimals.min(9)) / self.denominator
    }
}

/// A whole number of `decimals` digits as text: (-143, 1) → "-14.3".
pub fn half_up(ratio: Ratio, decimals: u32) -> String {
    let scaled = ratio.scaled(decimals);
    let sign = if scaled < 0 { "-" } else { "" };
    let unit = 10_i128.pow(decimals.min(9));
    let (whole, part) = (scaled.abs() / unit, scaled.abs() % unit);
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{part:0width$}", width = decimals.min(9) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(numerator: i128, denominator: i128, decimals: u32) -> String {
        half_up(Ratio::new(numerator, denominator).unwrap(), decimals)
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(shown(225, 100, 1), "2.3");
        assert_eq!(shown(-225, 100, 1), "-2.3");
        assert_eq!(shown(5, 1000, 2), "0.01");
        assert_eq!(shown(-4, 1000, 2), "0.00");
        assert_eq!(shown(7, -2, 0), "-4");
        assert_eq!(Ratio::new(-1_799, 100).unwrap().truncated(1), -179);
        assert_eq!(Ratio::new(1, 0), None);
    }
}
