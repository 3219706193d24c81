//! Is this week unusual for its own series? Detectors, the choice among them, and the screen over
//! many cells.
//!
//! It must not know grids or kinds. Invariant: a judgement uses counts up to its own week only.

mod bayes;
mod choose;
mod cusum;
mod ears;
mod farrington;
mod screen;

pub use bayes::{BayesSettings, bayes};
pub use choose::{CellJudgement, Model, judge};
pub use cusum::{CusumSettings, cusum};
pub use ears::{EarsSettings, EarsVariant, ears};
pub use farrington::{Calendar, FarringtonJudgement, FarringtonSettings, Threshold, farrington};
pub use screen::{Alert, Direction, ScreenCell, ScreenSettings, benjamini_hochberg, screen};

/// What a simple detector says of one week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// Row of the series, from 0.
    pub row: usize,
    /// The count judged.
    pub observed: u32,
    /// A count above this alarms; `None` while there is too little history.
    pub bound: Option<f64>,
    /// Whether the week alarms; false without a bound.
    pub alarm: bool,
}
