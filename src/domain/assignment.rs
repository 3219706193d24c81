//! An assignment: one team's call to one incident, with its own state machine.

use serde::{Deserialize, Serialize};

use super::id::{AssignmentId, TeamId};
use super::party::named_enum;
use crate::spatial::Point;

named_enum!(
    /// Where an assignment stands.
    AssignmentState {
        /// 待接单.
        Called = "called",
        /// 已接单.
        Taken = "taken",
        /// 途中.
        EnRoute = "en_route",
        /// 已到场.
        OnScene = "on_scene",
        /// 完成.
        Done = "done",
        /// 拒单.
        Declined = "declined",
        /// 召回.
        Recalled = "recalled",
    }
);

named_enum!(
    /// A move of an assignment, by name.
    AssignmentStep {
        /// 接单.
        Take = "take",
        /// 出发.
        Depart = "depart",
        /// 到场.
        Arrive = "arrive",
        /// 完成.
        Complete = "complete",
        /// 拒单.
        Decline = "decline",
        /// 召回.
        Recall = "recall",
        /// 退回, which the incident's review makes.
        SendBack = "send_back",
    }
);

use AssignmentState as S;
use AssignmentStep as Step;

/// The whole machine: from, by, to. What comes first is offered first.
pub const RULES: &[(S, Step, S)] = &[
    (S::Called, Step::Take, S::Taken),
    (S::Called, Step::Decline, S::Declined),
    (S::Called, Step::Recall, S::Recalled),
    (S::Taken, Step::Depart, S::EnRoute),
    (S::Taken, Step::Arrive, S::OnScene),
    (S::Taken, Step::Recall, S::Recalled),
    (S::EnRoute, Step::Arrive, S::OnScene),
    (S::EnRoute, Step::Recall, S::Recalled),
    (S::OnScene, Step::Complete, S::Done),
    (S::OnScene, Step::Recall, S::Recalled),
    (S::Done, Step::SendBack, S::OnScene),
];

impl AssignmentState {
    /// The state that a step leads to, or `None` when it is not legal.
    pub fn after(self, step: Step) -> Option<Self> {
        RULES.iter().find(|(from, by, _)| *from == self && *by == step).map(|(_, _, to)| *to)
    }

    /// The legal steps.
    pub fn legal_steps(self) -> Vec<Step> {
        RULES.iter().filter(|(from, ..)| *from == self).map(|(_, step, _)| *step).collect()
    }

    /// Whether the team is still called; a done assignment can be sent back.
    pub fn is_active(self) -> bool {
        !matches!(self, Self::Declined | Self::Recalled)
    }
}

/// One team's call to one incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// The team that is called.
    pub team: TeamId,
    /// 主办 rather than 协办.
    pub lead: bool,
    /// Where it stands.
    pub state: AssignmentState,
    /// When it was made, Unix ms UTC.
    pub called_ms: i64,
    /// 接单, Unix ms UTC.
    pub taken_ms: Option<i64>,
    /// 到场, Unix ms UTC.
    pub arrived_ms: Option<i64>,
}

/// A move of an assignment by the team that is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum AssignmentMove {
    /// 接单.
    Take {},
    /// 拒单.
    Decline {
        /// Why.
        reason: String,
    },
    /// 出发.
    Depart {},
    /// 到场: a position, or a reason why there is none.
    Arrive {
        /// Where, WGS-84.
        #[serde(default)]
        point: Option<Point>,
        /// Why there is no position.
        #[serde(default)]
        manual_reason: Option<String>,
    },
    /// 完成, by a supporting team; the lead team's ends with its feedback.
    Complete {},
}

impl AssignmentMove {
    /// The step of the table that it makes.
    pub fn step(&self) -> Step {
        match self {
            Self::Take {} => Step::Take,
            Self::Decline { .. } => Step::Decline,
            Self::Depart {} => Step::Depart,
            Self::Arrive { .. } => Step::Arrive,
            Self::Complete {} => Step::Complete,
        }
    }

    /// What was typed with it.
    pub fn typed_text(&self) -> Option<&str> {
        match self {
            Self::Decline { reason } => Some(reason),
            Self::Arrive { manual_reason, .. } => manual_reason.as_deref(),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A lead team's assignment.
    pub(crate) fn assignment(team: &str, state: AssignmentState) -> Assignment {
        Assignment {
            id: AssignmentId::from("a"),
            team: TeamId::from(team),
            lead: true,
            state,
            called_ms: 1,
            taken_ms: None,
            arrived_ms: None,
        }
    }

    #[test]
    fn moves_follow_the_table() {
        for (from, step, to) in [
            (S::Called, Step::Take, Some(S::Taken)),
            (S::Called, Step::Arrive, None),
            (S::Taken, Step::Arrive, Some(S::OnScene)),
            (S::EnRoute, Step::Decline, None),
            (S::OnScene, Step::Recall, Some(S::Recalled)),
            (S::Done, Step::Recall, None),
            (S::Done, Step::SendBack, Some(S::OnScene)),
            (S::Declined, Step::Take, None),
        ] {
            assert_eq!(from.after(step), to, "{from} {step}");
        }
    }

    #[test]
    fn each_step_is_legal_from_somewhere() {
        for step in Step::ALL {
            assert!(S::ALL.iter().any(|state| state.legal_steps().contains(step)), "{step}");
        }
    }
}
