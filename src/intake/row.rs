//! One incident of a file, its values checked.

use crate::domain::KindCode;
use crate::spatial::Point;

/// One incident of a file, its values checked.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentRow {
    /// Its id in the source.
    pub source_id: String,
    /// When it happened, civil minutes since 1970-01-01 00:00 as the source states them.
    pub occurred_min: i64,
    /// The same as an instant, Unix ms UTC; an ambiguous hour is the earlier one.
    pub observed_ms: i64,
    /// Its kind.
    pub kind: KindCode,
    /// Where, where the source has a usable point.
    pub point: Option<Point>,
}
