//! `docs/INCIDENTS.md` prints both state machines; this holds it equal to the tables.
//!
//! `XUNFANG_BLESS=1 cargo test --lib document` writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::state::{IncidentState, RULES, Step};
use crate::domain::assignment::{self, AssignmentState, AssignmentStep};

fn state_label(state: IncidentState) -> &'static str {
    use IncidentState as S;
    match state {
        S::Pending => "待受理",
        S::Accepted => "已受理",
        S::Dispatched => "待接单",
        S::Taken => "已接单",
        S::EnRoute => "途中",
        S::OnScene => "已到场",
        S::Handling => "处置中",
        S::Review => "待审核",
        S::Closed => "已办结",
        S::Archived => "已归档",
        S::FalseAlarm => "误报",
        S::Void => "作废",
        S::Merged => "已并案",
    }
}

fn step_label(step: Step) -> &'static str {
    match step {
        Step::Accept => "受理 + 定级",
        Step::FalseAlarm => "判误报",
        Step::Void => "作废",
        Step::Dispatch => "派单",
        Step::Take => "接单 (主办)",
        Step::Decline => "拒单 (主办)",
        Step::Recall => "召回",
        Step::Depart => "出发 (主办)",
        Step::Arrive => "到场 (主办)",
        Step::Record => "处置记录",
        Step::Feedback => "反馈",
        Step::Approve => "审核通过",
        Step::SendBack => "退回",
        Step::Rate => "评价",
        Step::Archive => "7 日无评价归档",
        Step::Reopen => "重开",
        Step::Reassign => "改派",
        Step::Reinforce => "增援",
        Step::Merge => "并案",
        Step::ToPolice => "转110",
        Step::HandOff => "转办",
        Step::HandOffDone => "转办答复",
        Step::Suspend => "挂起",
        Step::Resume => "恢复",
        Step::Escalate => "升级",
        Step::Downgrade => "降级",
    }
}

fn assignment_label(state: AssignmentState) -> &'static str {
    use AssignmentState as S;
    match state {
        S::Called => "待接单",
        S::Taken => "已接单",
        S::EnRoute => "途中",
        S::OnScene => "已到场",
        S::Done => "完成",
        S::Declined => "拒单",
        S::Recalled => "召回",
    }
}

fn assignment_step_label(step: AssignmentStep) -> &'static str {
    use AssignmentStep as Step;
    match step {
        Step::Take => "接单",
        Step::Depart => "出发",
        Step::Arrive => "到场",
        Step::Complete => "完成",
        Step::Decline => "拒单",
        Step::Recall => "召回",
        Step::SendBack => "退回",
    }
}

fn incident_table() -> String {
    let mut out = String::from("| from | step | to |\n|---|---|---|\n");
    for rule in RULES {
        let from: Vec<_> =
            rule.from.iter().map(|state| format!("{} `{state}`", state_label(*state))).collect();
        let to = rule.to.map_or("stays".to_owned(), |to| format!("{} `{to}`", state_label(to)));
        let label = step_label(rule.step);
        writeln!(out, "| {} | {label} `{}` | {to} |", from.join(", "), rule.step).unwrap();
    }
    out
}

fn assignment_table() -> String {
    let mut out = String::from("| from | step | to |\n|---|---|---|\n");
    for (from, step, to) in assignment::RULES {
        writeln!(
            out,
            "| {} `{from}` | {} `{step}` | {} `{to}` |",
            assignment_label(*from),
            assignment_step_label(*step),
            assignment_label(*to),
        )
        .unwrap();
    }
    out
}

/// The document with what stands between its marks replaced.
fn with_table(document: &str, mark: &str, table: &str) -> String {
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let start = document.find(&open).expect("the opening mark") + open.len();
    let end = document.find(&close).expect("the closing mark");
    format!("{}{table}{}", &document[..start], &document[end..])
}

#[test]
fn the_printed_machines_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/INCIDENTS.md");
    let printed = fs::read_to_string(&path).unwrap();
    let fresh = with_table(&printed, "incident", &incident_table());
    let fresh = with_table(&fresh, "assignment", &assignment_table());
    if std::env::var_os("XUNFANG_BLESS").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let printed = fs::read_to_string(&path).unwrap();
    assert!(
        printed == fresh,
        "docs/INCIDENTS.md is stale: run XUNFANG_BLESS=1 cargo test --lib document"
    );
}
