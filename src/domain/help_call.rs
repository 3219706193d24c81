//! The time of a call for help (一键求助): whoever called is located from it until it is over,
//! whatever shift and consent say.

use super::id::{DistrictId, IncidentId, MemberId};
use super::incident::Incident;

/// A call for help in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpCall {
    /// Its incident.
    pub incident: IncidentId,
    /// The district.
    pub district: DistrictId,
    /// Who called.
    pub member: MemberId,
    /// When the button was held, Unix ms UTC.
    pub from_ms: i64,
    /// When it was over, Unix ms UTC; null while it is open.
    pub until_ms: Option<i64>,
}

impl HelpCall {
    /// The call that this incident was opened by.
    pub fn of(incident: &Incident, member: &MemberId) -> Self {
        Self {
            incident: incident.id.clone(),
            district: incident.district.clone(),
            member: member.clone(),
            from_ms: incident.observed_ms,
            until_ms: None,
        }
    }

    /// Whether a fix taken at this time shows where the caller was.
    pub fn covers(&self, at_ms: i64) -> bool {
        at_ms >= self.from_ms && self.until_ms.is_none_or(|until| at_ms < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_located_from_the_press_until_it_is_over() {
        let call = |until_ms| HelpCall {
            incident: "i".into(),
            district: "d".into(),
            member: "m".into(),
            from_ms: 10,
            until_ms,
        };
        for (until, at_ms, covered) in
            [(None, 9, false), (None, 10, true), (Some(20), 19, true), (Some(20), 20, false)]
        {
            assert_eq!(call(until).covers(at_ms), covered, "{until:?} {at_ms}");
        }
    }
}
