//! The incident's state machine, as one table.
//!
//! Invariant: there is no other way from one state to another. `docs/INCIDENTS.md` prints the
//! table, and a test holds the two equal.

use serde::{Deserialize, Serialize};

use super::Flags;
use crate::domain::party::named_enum;

named_enum!(
    /// Where an incident stands.
    IncidentState {
        /// 待受理.
        Pending = "pending",
        /// 已受理.
        Accepted = "accepted",
        /// 待接单.
        Dispatched = "dispatched",
        /// 已接单.
        Taken = "taken",
        /// 途中.
        EnRoute = "en_route",
        /// 已到场.
        OnScene = "on_scene",
        /// 处置中.
        Handling = "handling",
        /// 待审核.
        Review = "review",
        /// 已办结.
        Closed = "closed",
        /// 已归档.
        Archived = "archived",
        /// 误报.
        FalseAlarm = "false_alarm",
        /// 作废.
        Void = "void",
        /// 已并案.
        Merged = "merged",
    }
);

named_enum!(
    /// A move of an incident, by name. The lead team's assignment makes five of them.
    Step {
        /// 受理 + 定级.
        Accept = "accept",
        /// 判误报.
        FalseAlarm = "false_alarm",
        /// 作废.
        Void = "void",
        /// 派单.
        Dispatch = "dispatch",
        /// 接单, by the lead team's assignment.
        Take = "take",
        /// 拒单, by the lead team's assignment.
        Decline = "decline",
        /// 召回, by the lead team's assignment.
        Recall = "recall",
        /// 出发, by the lead team's assignment.
        Depart = "depart",
        /// 到场, by the lead team's assignment.
        Arrive = "arrive",
        /// 处置记录.
        Record = "record",
        /// 反馈.
        Feedback = "feedback",
        /// 审核通过.
        Approve = "approve",
        /// 退回.
        SendBack = "send_back",
        /// 评价.
        Rate = "rate",
        /// 归档 after 7 days of silence.
        Archive = "archive",
        /// 重开.
        Reopen = "reopen",
        /// 改派.
        Reassign = "reassign",
        /// 增援.
        Reinforce = "reinforce",
        /// 并案.
        Merge = "merge",
        /// 转110.
        ToPolice = "to_110",
        /// 转办.
        HandOff = "hand_off",
        /// 转办 answered.
        HandOffDone = "hand_off_done",
        /// 挂起.
        Suspend = "suspend",
        /// 恢复.
        Resume = "resume",
        /// 升级.
        Escalate = "escalate",
        /// 降级.
        Downgrade = "downgrade",
    }
);

use IncidentState as S;

/// The states in which an incident is open (未结).
pub const OPEN: &[S] = &[
    S::Pending,
    S::Accepted,
    S::Dispatched,
    S::Taken,
    S::EnRoute,
    S::OnScene,
    S::Handling,
    S::Review,
];

/// The states in which a lead team is called.
const CALLED: &[S] = &[S::Dispatched, S::Taken, S::EnRoute, S::OnScene, S::Handling];

/// One line of the table: from any of these states, by this step, to that state (or the same).
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The states that it starts from.
    pub from: &'static [S],
    /// The step.
    pub step: Step,
    /// The state that it leads to; `None` stays.
    pub to: Option<S>,
}

const fn rule(from: &'static [S], step: Step, to: S) -> Rule {
    Rule { from, step, to: Some(to) }
}

const fn side(from: &'static [S], step: Step) -> Rule {
    Rule { from, step, to: None }
}

/// The whole machine. What comes first is offered first.
pub const RULES: &[Rule] = &[
    rule(&[S::Pending], Step::Accept, S::Accepted),
    rule(&[S::Accepted], Step::Dispatch, S::Dispatched),
    rule(&[S::Dispatched], Step::Take, S::Taken),
    rule(&[S::Dispatched], Step::Decline, S::Accepted),
    rule(&[S::Taken], Step::Depart, S::EnRoute),
    rule(&[S::Taken, S::EnRoute], Step::Arrive, S::OnScene),
    rule(&[S::OnScene, S::Handling], Step::Record, S::Handling),
    rule(&[S::Handling], Step::Feedback, S::Review),
    rule(&[S::Review], Step::Approve, S::Closed),
    rule(&[S::Review], Step::SendBack, S::Handling),
    rule(&[S::Closed], Step::Rate, S::Archived),
    rule(&[S::Closed], Step::Archive, S::Archived),
    rule(&[S::Archived], Step::Reopen, S::Accepted),
    rule(CALLED, Step::Recall, S::Accepted),
    rule(CALLED, Step::Reassign, S::Dispatched),
    side(CALLED, Step::Reinforce),
    rule(&[S::Pending], Step::FalseAlarm, S::FalseAlarm),
    rule(&[S::Pending], Step::Void, S::Void),
    rule(OPEN, Step::Merge, S::Merged),
    side(OPEN, Step::Escalate),
    side(OPEN, Step::Downgrade),
    side(OPEN, Step::ToPolice),
    side(OPEN, Step::HandOff),
    side(OPEN, Step::HandOffDone),
    side(OPEN, Step::Suspend),
    side(OPEN, Step::Resume),
];

/// While an incident is suspended, these alone are legal.
const WHILE_SUSPENDED: &[Step] =
    &[Step::Resume, Step::ToPolice, Step::Escalate, Step::Merge, Step::HandOffDone];

impl IncidentState {
    /// Whether the incident is open (未结).
    pub fn is_open(self) -> bool {
        OPEN.contains(&self)
    }

    /// The state that a step leads to, or `None` when it is not legal.
    pub fn after(self, step: Step, flags: &Flags) -> Option<Self> {
        let rule = RULES.iter().find(|rule| rule.step == step && rule.from.contains(&self))?;
        let fits = match step {
            Step::Resume => flags.suspended,
            Step::HandOffDone => flags.handed_off_to.is_some(),
            _ => !flags.suspended || WHILE_SUSPENDED.contains(&step),
        };
        fits.then(|| rule.to.unwrap_or(self))
    }

    /// The legal steps, the ordinary next one first.
    pub fn legal_steps(self, flags: &Flags) -> Vec<Step> {
        RULES
            .iter()
            .map(|rule| rule.step)
            .filter(|step| self.after(*step, flags).is_some())
            .collect()
    }
}

/// A refusal of a step, with what would be legal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IllegalStep {
    /// Where the incident stands.
    pub state: IncidentState,
    /// What would be legal.
    pub legal: Vec<Step>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_main_road_leads_from_report_to_archive() {
        let flags = Flags::default();
        let mut state = S::Pending;
        for (step, expected) in [
            (Step::Accept, S::Accepted),
            (Step::Dispatch, S::Dispatched),
            (Step::Take, S::Taken),
            (Step::Depart, S::EnRoute),
            (Step::Arrive, S::OnScene),
            (Step::Record, S::Handling),
            (Step::Feedback, S::Review),
            (Step::SendBack, S::Handling),
            (Step::Feedback, S::Review),
            (Step::Approve, S::Closed),
            (Step::Rate, S::Archived),
            (Step::Reopen, S::Accepted),
        ] {
            assert!(state.legal_steps(&flags).contains(&step), "{state} {step}");
            state = state.after(step, &flags).unwrap();
            assert_eq!(state, expected);
        }
    }

    #[test]
    fn the_first_legal_step_is_the_ordinary_next_one() {
        for (state, step) in [
            (S::Pending, Step::Accept),
            (S::Accepted, Step::Dispatch),
            (S::Dispatched, Step::Take),
            (S::Review, Step::Approve),
            (S::Closed, Step::Rate),
        ] {
            assert_eq!(state.legal_steps(&Flags::default()).first(), Some(&step));
        }
    }

    #[test]
    fn a_suspended_incident_waits() {
        let suspended = Flags { suspended: true, ..Flags::default() };
        assert_eq!(S::Accepted.after(Step::Dispatch, &suspended), None);
        assert_eq!(S::Accepted.after(Step::Suspend, &suspended), None);
        assert_eq!(S::Accepted.after(Step::Resume, &suspended), Some(S::Accepted));
        assert_eq!(S::Accepted.after(Step::Resume, &Flags::default()), None);
    }

    #[test]
    fn ends_are_ends() {
        for state in [S::FalseAlarm, S::Void, S::Merged] {
            assert_eq!(state.legal_steps(&Flags::default()), []);
        }
    }

    proptest! {
        #[test]
        fn any_walk_stays_on_the_table(picks in prop::collection::vec(0usize..26, 0..60)) {
            let flags = Flags::default();
            let mut state = S::Pending;
            for pick in picks {
                let step = Step::ALL[pick % Step::ALL.len()];
                let legal = state.legal_steps(&flags).contains(&step);
                let next = state.after(step, &flags);
                prop_assert_eq!(legal, next.is_some());
                state = next.unwrap_or(state);
            }
        }
    }
}
