//! The moves that people make, with what each must carry.

use serde::{Deserialize, Serialize};

use super::Level;
use super::state::Step;
use crate::domain::id::{GridCode, IncidentId, KindCode, TeamId};

/// A move of an incident by a person. Moves that follow an assignment are made there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum IncidentMove {
    /// 受理 + 定级.
    Accept {
        /// How urgent.
        level: Level,
        /// The micro-grid, when the reported point named none or the wrong one.
        #[serde(default)]
        grid: Option<GridCode>,
    },
    /// 误报.
    FalseAlarm {
        /// Why.
        reason: String,
    },
    /// 作废.
    Void {
        /// Why.
        reason: String,
    },
    /// 派单.
    Dispatch {
        /// 主办.
        lead: TeamId,
        /// 协办.
        #[serde(default)]
        support: Vec<TeamId>,
    },
    /// 改派: ends the lead team's assignment and calls another.
    Reassign {
        /// The new 主办.
        lead: TeamId,
        /// Why.
        reason: String,
    },
    /// 增援: calls more teams.
    Reinforce {
        /// 协办.
        support: Vec<TeamId>,
    },
    /// 召回 the lead team.
    Recall {
        /// Why.
        reason: String,
    },
    /// 处置记录, by the lead team.
    Record {
        /// What was done.
        note: String,
    },
    /// 反馈, by the lead team.
    Feedback {
        /// What came of it.
        result: String,
        /// What it was in the end.
        kind: KindCode,
    },
    /// 审核通过.
    Approve {
        /// What the reviewer adds.
        #[serde(default)]
        note: Option<String>,
    },
    /// 退回.
    SendBack {
        /// Why.
        reason: String,
    },
    /// 评价.
    Rate {
        /// 1 to 5.
        score: u8,
        /// What the person adds.
        #[serde(default)]
        note: Option<String>,
    },
    /// 重开, up to 30 days after it was archived.
    Reopen {
        /// Why.
        reason: String,
    },
    /// 并案.
    Merge {
        /// The incident that it joins.
        into: IncidentId,
    },
    /// 转110.
    #[serde(rename = "to_110")]
    ToPolice {
        /// The receipt number.
        receipt: String,
    },
    /// 转办.
    HandOff {
        /// The office that takes it.
        office: String,
        /// Why.
        reason: String,
    },
    /// The office's answer.
    HandOffDone {
        /// What it answered.
        answer: String,
    },
    /// 挂起.
    Suspend {
        /// Why.
        reason: String,
        /// When it is looked at again, Unix ms UTC.
        review_ms: i64,
    },
    /// 恢复.
    Resume {},
    /// 升级.
    Escalate {
        /// The new level, more urgent than now.
        level: Level,
        /// Why.
        reason: String,
    },
    /// 降级.
    Downgrade {
        /// The new level, less urgent than now.
        level: Level,
        /// Why.
        reason: String,
    },
}

impl IncidentMove {
    /// The step of the table that it makes.
    pub fn step(&self) -> Step {
        match self {
            Self::Accept { .. } => Step::Accept,
            Self::FalseAlarm { .. } => Step::FalseAlarm,
            Self::Void { .. } => Step::Void,
            Self::Dispatch { .. } => Step::Dispatch,
            Self::Reassign { .. } => Step::Reassign,
            Self::Reinforce { .. } => Step::Reinforce,
            Self::Recall { .. } => Step::Recall,
            Self::Record { .. } => Step::Record,
            Self::Feedback { .. } => Step::Feedback,
            Self::Approve { .. } => Step::Approve,
            Self::SendBack { .. } => Step::SendBack,
            Self::Rate { .. } => Step::Rate,
            Self::Reopen { .. } => Step::Reopen,
            Self::Merge { .. } => Step::Merge,
            Self::ToPolice { .. } => Step::ToPolice,
            Self::HandOff { .. } => Step::HandOff,
            Self::HandOffDone { .. } => Step::HandOffDone,
            Self::Suspend { .. } => Step::Suspend,
            Self::Resume {} => Step::Resume,
            Self::Escalate { .. } => Step::Escalate,
            Self::Downgrade { .. } => Step::Downgrade,
        }
    }

    /// What was typed with it: the reason, the note or the answer.
    pub fn typed_text(&self) -> Option<&str> {
        match self {
            Self::FalseAlarm { reason }
            | Self::Void { reason }
            | Self::Reassign { reason, .. }
            | Self::Recall { reason }
            | Self::SendBack { reason }
            | Self::Reopen { reason }
            | Self::HandOff { reason, .. }
            | Self::Suspend { reason, .. }
            | Self::Escalate { reason, .. }
            | Self::Downgrade { reason, .. } => Some(reason),
            Self::Record { note } => Some(note),
            Self::Feedback { result, .. } => Some(result),
            Self::HandOffDone { answer } => Some(answer),
            Self::Approve { note } | Self::Rate { note, .. } => note.as_deref(),
            Self::Accept { .. }
            | Self::Dispatch { .. }
            | Self::Reinforce { .. }
            | Self::Merge { .. }
            | Self::ToPolice { .. }
            | Self::Resume {} => None,
        }
    }

    /// Whether the typed text may not be left empty.
    pub fn needs_text(&self) -> bool {
        self.typed_text().is_some() && !matches!(self, Self::Approve { .. } | Self::Rate { .. })
    }
}
