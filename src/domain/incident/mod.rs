//! An incident: what was reported, where it stands, who was called.

#[cfg(test)]
mod document;
pub mod moves;
pub mod state;

use serde::{Deserialize, Serialize};

pub use moves::IncidentMove;
pub use state::{IncidentState, Step};

use super::assignment::Assignment;
use super::id::{ChannelId, DistrictId, GridCode, IncidentId, KindCode, MemberId};
use super::kind::TopKind;
use super::party::named_enum;
use super::text::Text;
use crate::spatial::Point;

named_enum!(
    /// How urgent: 一级 is the highest.
    Level {
        /// 一级.
        One = "1",
        /// 二级.
        Two = "2",
        /// 三级.
        Three = "3",
        /// 四级.
        Four = "4",
    }
);

named_enum!(
    /// How the incident came in.
    Source {
        /// 上报, by a member on the spot.
        Member = "member",
        /// 一键求助.
        Sos = "sos",
        /// 热线录入, by a dispatcher.
        Phone = "phone",
        /// 补录, from a file.
        Backfill = "backfill",
    }
);

/// What is true of an incident beside its state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct Flags {
    /// 演练: the same workflow, and no place in the statistics.
    pub drill: bool,
    /// 一键求助: only the duty chief ends it as false.
    pub sos: bool,
    /// Whoever called for help took it back; the desk still ends it.
    pub sos_withdrawn: bool,
    /// Nobody took the 一键求助 in time: police see it too.
    pub escalated: bool,
    /// 存疑: reported by a phone whose clock is wrong.
    pub doubtful: bool,
    /// 挂起.
    pub suspended: bool,
    /// When a suspended incident is looked at again, Unix ms UTC.
    pub review_ms: Option<i64>,
    /// 转办: the office that has it.
    pub handed_off_to: Option<String>,
    /// 转110: the receipt number.
    pub to_110: Option<String>,
    /// 并案: the incident that it was merged into.
    pub merged_into: Option<IncidentId>,
}

/// An incident as everybody who may see it sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Incident {
    /// Its id, made by the client.
    pub id: IncidentId,
    /// The district.
    pub district: DistrictId,
    /// 编号, e.g. `YX-20261124-0012`.
    pub number: String,
    /// Grows by one with every change; the higher one is newer.
    pub version: i64,
    /// Where it stands.
    pub state: IncidentState,
    /// How urgent; null until it is graded.
    pub level: Option<Level>,
    /// What was reported.
    pub kind_first: KindCode,
    /// What it was in the end.
    pub kind_final: Option<KindCode>,
    /// The class of the final kind, or of the first while there is none.
    pub top: TopKind,
    /// Where, WGS-84.
    pub point: Option<Point>,
    /// The micro-grid there.
    pub grid: Option<GridCode>,
    /// The version of that micro-grid's shape.
    pub grid_version: Option<i64>,
    /// When it was seen, Unix ms UTC.
    pub observed_ms: i64,
    /// When the server took it, Unix ms UTC.
    pub received_ms: i64,
    /// Who reported it; null when it came from a file.
    pub reporter: Option<MemberId>,
    /// How it came in.
    pub source: Source,
    /// What the reporter typed.
    pub text: Option<Text>,
    /// Its own channel.
    pub channel: ChannelId,
    /// What else is true of it.
    pub flags: Flags,
    /// 评价, 1 to 5.
    pub rating: Option<u8>,
    /// Who moved it last, with their name; null for the system.
    pub moved_by: Option<String>,
    /// When it was moved last, Unix ms UTC.
    pub moved_ms: i64,
    /// The teams that were called, in order.
    pub assignments: Vec<Assignment>,
    /// What is expected next, and by when; null when nothing is.
    #[serde(default)]
    pub due: Option<Due>,
}

named_enum!(
    /// What an incident waits for.
    DueStep {
        /// 受理.
        Accept = "accept",
        /// 到场.
        Arrive = "arrive",
        /// 办结.
        Close = "close",
    }
);

/// A deadline (时限); an open incident past it is 超时.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Due {
    /// What is due.
    pub step: DueStep,
    /// By when, Unix ms UTC.
    pub at_ms: i64,
}

impl Incident {
    /// The kind that it is counted by.
    pub fn kind(&self) -> &KindCode {
        self.kind_final.as_ref().unwrap_or(&self.kind_first)
    }

    /// Whether it belongs in the statistics: drills, false alarms, void and merged ones don't.
    pub fn counts(&self) -> bool {
        !self.flags.drill
            && !matches!(
                self.state,
                IncidentState::FalseAlarm | IncidentState::Void | IncidentState::Merged
            )
    }

    /// The lead team's assignment (主办) that is not over.
    pub fn lead(&self) -> Option<&Assignment> {
        self.assignments.iter().find(|a| a.lead && a.state.is_active())
    }
}

/// The timeline's word for a call for help that nobody took in time.
pub const ESCALATED: &str = "escalate_sos";

/// One line of an incident's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Entry {
    /// Counts from 1 in each incident.
    pub n: i64,
    /// When, Unix ms UTC.
    pub at_ms: i64,
    /// Who; null for the system.
    pub actor: Option<MemberId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// `report`, a step of the incident, or a move of an assignment.
    pub action: String,
    /// The state before.
    pub from: Option<IncidentState>,
    /// The state after.
    pub to: IncidentState,
    /// The name of the team that it is about.
    pub team: Option<String>,
    /// What was typed.
    pub text: Option<Text>,
    /// The name of the officer whom the actor, an auxiliary, acted under.
    #[serde(default)]
    pub officer: Option<String>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An incident as it is when it was just reported.
    pub(crate) fn incident() -> Incident {
        let (id, district) = (IncidentId::from("i"), DistrictId::from("d"));
        Incident {
            channel: crate::domain::Channel::of_incident(&district, &id).id,
            id,
            district,
            number: "YX-20261124-0001".to_owned(),
            version: 1,
            state: IncidentState::Pending,
            level: None,
            kind_first: KindCode::from("hazard.manhole"),
            kind_final: None,
            top: TopKind::Hazard,
            point: None,
            grid: None,
            grid_version: None,
            observed_ms: 1,
            received_ms: 2,
            reporter: None,
            source: Source::Member,
            text: None,
            flags: Flags::default(),
            rating: None,
            moved_by: None,
            moved_ms: 2,
            assignments: Vec::new(),
            due: None,
        }
    }

    /// The event of its last change.
    pub(crate) fn changed(incident: &Incident) -> crate::domain::Event {
        let entry = Entry {
            n: 1,
            at_ms: 2,
            actor: None,
            actor_name: None,
            action: "report".to_owned(),
            from: None,
            to: incident.state,
            team: None,
            text: None,
            officer: None,
        };
        let (incident, entry) = (Box::new(incident.clone()), Box::new(entry));
        crate::domain::Event::IncidentChanged { incident, entry }
    }

    #[test]
    fn the_final_kind_counts_and_drills_do_not() {
        let mut incident = incident();
        assert_eq!(incident.kind().as_str(), "hazard.manhole");
        incident.kind_final = Some(KindCode::from("hazard.door"));
        assert_eq!(incident.kind().as_str(), "hazard.door");
        assert!(incident.counts());
        incident.flags.drill = true;
        assert!(!incident.counts());
    }
}
