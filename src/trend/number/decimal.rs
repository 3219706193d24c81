//! Exact fractions and decimals, rounded half-up: 2.25 → 2.3, −2.25 → −2.3.
//!
//! It must not know percentages. Invariant: no binary float touches a printed figure.

/// More decimal places than this are not kept.
const MOST_PLACES: i32 = 9;

/// An exact fraction; the denominator is above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

/// A figure as printed: `digits` × 10^−`places`. "-14.30" is (-1430, 2); 三成 is (3, -1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The figure without its point.
    pub digits: i128,
    /// Places after the point; below 0 where the figure is given in tens, hundreds, ….
    pub places: i32,
}

fn power(exponent: i32) -> i128 {
    10_i128.pow(exponent.clamp(0, MOST_PLACES).unsigned_abs())
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

    /// Rounded to `places`, half away from zero.
    pub fn rounded(self, places: i32) -> Decimal {
        let (top, bottom) = self.at(places);
        let magnitude = (2 * top.abs() + bottom) / (2 * bottom);
        Decimal { digits: if top < 0 { -magnitude } else { magnitude }, places }
    }

    /// Cut off at `places`, toward zero.
    pub fn truncated(self, places: i32) -> Decimal {
        let (top, bottom) = self.at(places);
        Decimal { digits: top / bottom, places }
    }

    fn at(self, places: i32) -> (i128, i128) {
        (self.numerator * power(places), self.denominator * power(-places))
    }
}

impl Decimal {
    /// Reads "-14.30"; `None` for anything else, an exponent included.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, magnitude) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = magnitude.split_once('.').unwrap_or((magnitude, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let too_long = whole.len() + part.len() > 18;
        if whole.is_empty() || !is_number(whole) || !is_number(part) || too_long {
            return None;
        }
        let digits: i128 = format!("{whole}{part}").parse().ok()?;
        let places = i32::try_from(part.len()).ok()?;
        Some(Self { digits: if negative { -digits } else { digits }, places })
    }

    /// The exact value.
    pub fn ratio(self) -> Ratio {
        Ratio { numerator: self.digits * power(-self.places), denominator: power(self.places) }
    }

    /// The nearest float.
    pub fn value(self) -> f64 {
        self.ratio().value()
    }

    /// The whole number that it is; `None` when it is none.
    pub fn whole(self) -> Option<i128> {
        let Ratio { numerator, denominator } = self.ratio();
        (numerator % denominator == 0).then_some(numerator / denominator)
    }

    /// Written to at least `places` places; zeros are added, nothing is rounded.
    pub fn widened(self, places: i32) -> Self {
        if places <= self.places {
            return self;
        }
        Self { digits: self.digits * power(places - self.places), places }
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        if self.places <= 0 {
            return write!(f, "{sign}{}", self.digits.abs() * power(-self.places));
        }
        let unit = power(self.places);
        let (whole, part) = (self.digits.abs() / unit, self.digits.abs() % unit);
        let width = self.places.clamp(0, MOST_PLACES).unsigned_abs() as usize;
        write!(f, "{sign}{whole}.{part:0width$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        for (numerator, denominator, places, wanted) in [
            (225, 100, 1, "2.3"),
            (-225, 100, 1, "-2.3"),
            (5, 1000, 2, "0.01"),
            (-4, 1000, 2, "0.00"),
            (7, -2, 0, "-4"),
            (35, 1, -1, "40"),
            (-34, 1, -1, "-30"),
        ] {
            let ratio = Ratio::new(numerator, denominator).unwrap();
            assert_eq!(ratio.rounded(places).to_string(), wanted);
        }
        assert_eq!(Ratio::new(-1_799, 100).unwrap().truncated(1).to_string(), "-17.9");
        assert_eq!(Ratio::new(1, 0), None);
    }

    #[test]
    fn printed_figures_keep_their_places() {
        for text in ["0", "-14.30", "488", "0.5"] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "-", "1e5", "1.2.3", "٣", "99999999999999999999"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        let stated = Decimal::parse("-22").unwrap();
        assert_eq!(stated.widened(1), Decimal::parse("-22.0").unwrap());
        assert_eq!(Decimal { digits: 12, places: -1 }.whole(), Some(120));
        assert_eq!(Decimal::parse("1.5").unwrap().whole(), None);
    }
}
