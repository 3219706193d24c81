//! One look at where somebody was: who looked, at whom, and why.

use serde::{Deserialize, Serialize};

use super::id::{DistrictId, IncidentId, MemberId, TrackViewId};
use super::text::Text;

/// A look reaches over this long at the most, in ms: one day.
pub const LONGEST_MS: i64 = 24 * 60 * 60 * 1_000;
/// People in one look at the most.
pub const MOST_MEMBERS: usize = 50;

/// One look. It is written down before anything is shown, and those who were looked at hear of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TrackView {
    /// Its id, made by the client.
    pub id: TrackViewId,
    /// The district.
    pub district: DistrictId,
    /// Who looked.
    pub viewer: MemberId,
    /// Their name.
    pub viewer_name: String,
    /// Who was looked at; empty for those who were, who learn of themselves alone.
    pub members: Vec<MemberId>,
    /// The incident that it was about.
    pub incident: Option<IncidentId>,
    /// From when, Unix ms UTC.
    pub from_ms: i64,
    /// Until when, Unix ms UTC.
    pub to_ms: i64,
    /// Why.
    pub reason: Text,
    /// When, Unix ms UTC.
    pub at_ms: i64,
}
