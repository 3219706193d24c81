//! Does a published figure follow from the counts beside it?
//!
//! It must not know who published it. Invariant: arithmetic is exact and rounding half-up; a claim
//! that lacks a figure is 口径不明, never guessed.

mod advice;
mod check;
mod lexer;
mod numeral;
mod sentence;

pub use check::check;
pub use sentence::claims_in;

use super::number::{Decimal, Ratio};

/// What kind of figure is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// (current − base)/base, in percent.
    ChangePct,
    /// current/base, in percent.
    SharePct,
    /// The sum of the parts.
    Sum,
    /// current over base days.
    DailyMean,
}

/// A published figure with the counts it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed; `None` where nothing checkable was found.
    pub kind: Option<ClaimKind>,
    /// The count, or the total of a daily mean.
    pub current: Option<i128>,
    /// The base count, the whole, or the days.
    pub base: Option<i128>,
    /// The parts of a sum.
    pub parts: Option<Vec<i128>>,
    /// The published figure, with the places it was printed to.
    pub stated: Option<Decimal>,
    /// Something that makes the figure itself meaningless, in Chinese.
    pub objection: Option<String>,
}

impl Claim {
    /// A claim of this kind, with nothing known yet.
    pub fn new(kind: Option<ClaimKind>) -> Self {
        Self { kind, current: None, base: None, parts: None, stated: None, objection: None }
    }
}

/// What the checker says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimVerdict {
    /// 可复现.
    Reproducible,
    /// 不可复现, with what it should be.
    Irreproducible(String),
    /// 基数过小: the arithmetic holds, but the base is under 20.
    BaseTooSmall,
    /// 口径不明: a figure is missing or means nothing.
    Unclear,
}

impl std::fmt::Display for ClaimVerdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reproducible => f.write_str("可复现"),
            Self::Irreproducible(should_be) => write!(f, "不可复现(应为 {should_be})"),
            Self::BaseTooSmall => f.write_str("基数过小"),
            Self::Unclear => f.write_str("口径不明"),
        }
    }
}

/// The result for one claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The claim.
    pub claim: Claim,
    /// Whether the published figure is the rounded one; `None` where that can't be said.
    pub ok: Option<bool>,
    /// The exact value.
    pub exact: Option<Ratio>,
    /// The exact value at the places of the claim.
    pub rounded: Option<Decimal>,
    /// The verdict.
    pub verdict: ClaimVerdict,
    /// 95 % interval of a change or a share, percent; an end is `None` where it is infinite.
    pub interval: Option<(Option<f64>, Option<f64>)>,
    /// What would make the claim sound, in Chinese.
    pub advice: String,
}
