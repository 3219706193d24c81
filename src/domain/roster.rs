//! Planned duty: templates of shifts (班次模板) and who stands in them (排班).

use serde::{Deserialize, Serialize};

use super::id::{CheckpointId, DistrictId, MemberId, RosterId, TeamId, TemplateId};
use super::party::Force;

/// A span of civil time, in minutes after local midnight of the day that the shift belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Window {
    /// Its start, 0 to 1439.
    pub start_min: i64,
    /// Its end, later than the start; above 1440 on the day after.
    pub end_min: i64,
}

/// What a shift of one sort asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ShiftTemplate {
    /// Its id.
    pub id: TemplateId,
    /// The district.
    pub district: DistrictId,
    /// Its name, e.g. 园区夜巡.
    pub name: String,
    /// When it runs on such a day.
    pub windows: Vec<Window>,
    /// On which days, 1 for Monday to 7 for Sunday; none named means every day.
    pub weekdays: Vec<u8>,
    /// Rounds in one window.
    pub laps: i64,
    /// The checkpoints of one lap, in walking order.
    pub checkpoints: Vec<CheckpointId>,
    /// The forces that must be there.
    pub forces: Vec<Force>,
    /// People at the least.
    pub headcount: i64,
    /// Whether a police officer must lead.
    pub police_lead_required: bool,
}

/// One person's place in one planned shift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RosterEntry {
    /// Its id.
    pub id: RosterId,
    /// The district.
    pub district: DistrictId,
    /// Which sort of shift.
    pub template: TemplateId,
    /// Who.
    pub member: MemberId,
    /// With which team.
    pub team: Option<TeamId>,
    /// Planned start, Unix ms UTC.
    pub starts_ms: i64,
    /// Planned end, Unix ms UTC.
    pub ends_ms: i64,
}
