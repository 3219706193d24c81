//! A time on duty: from sign-on (上岗签到) to sign-off (下岗签退).

use serde::{Deserialize, Serialize};

use super::id::{DistrictId, DutyId, MemberId, SessionId, ShiftId, TeamId};

/// One member's time on duty. Positions are kept only inside it, and only while consent holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Shift {
    /// Its id.
    pub id: ShiftId,
    /// The district.
    pub district: DistrictId,
    /// Who is on duty.
    pub member: MemberId,
    /// With which team.
    pub team: Option<TeamId>,
    /// Sign-on, Unix ms UTC.
    pub started_ms: i64,
    /// Sign-off, Unix ms UTC; null while on duty.
    pub ended_ms: Option<i64>,
    /// The consent to positions that holds now, or held at the end, by version; null without.
    pub consent_version: Option<i64>,
    /// When it was given, Unix ms UTC.
    pub consent_ms: Option<i64>,
    /// The planned shift that it serves; null when there was no plan.
    #[serde(default)]
    pub duty: Option<DutyId>,
    /// The session that holds the shift's grant, at first the one that signed on: it alone sends
    /// positions.
    #[serde(default)]
    pub device: Option<SessionId>,
    /// The officer whom an auxiliary acts under.
    #[serde(default)]
    pub officer: Option<MemberId>,
    /// Their name.
    #[serde(default)]
    pub officer_name: Option<String>,
}

impl Shift {
    /// Whether this time is in the shift.
    pub fn covers(&self, at_ms: i64) -> bool {
        at_ms >= self.started_ms && self.ended_ms.is_none_or(|end| at_ms <= end)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An open shift of `m` in `d`, of this planned one.
    pub(crate) fn shift(duty: Option<&str>) -> Shift {
        Shift {
            id: ShiftId::from("s"),
            district: DistrictId::from("d"),
            member: MemberId::from("m"),
            team: None,
            started_ms: 100,
            ended_ms: None,
            consent_version: Some(1),
            consent_ms: Some(100),
            duty: duty.map(DutyId::from),
            device: None,
            officer: None,
            officer_name: None,
        }
    }

    #[test]
    fn both_ends_are_in_the_shift() {
        let shift = |ended_ms| Shift { ended_ms, ..shift(None) };
        for (ended, at_ms, covered) in
            [(None, 99, false), (None, 100, true), (Some(200), 200, true), (Some(200), 201, false)]
        {
            assert_eq!(shift(ended).covers(at_ms), covered, "{ended:?} {at_ms}");
        }
    }
}
