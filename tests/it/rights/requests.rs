//! Every request: the samples of the protocol, and every move of an incident.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use xunfang::auth::{Actor, Seat};
use xunfang::client::{Client, Options, RequestError};
use xunfang::command::{Command, rows_of};
use xunfang::domain::{IncidentId, IncidentMove};
use xunfang::protocol::{Code, Request};

use super::{FOREIGN, Stage, Verdict, verdict};
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, fresh, report};
use crate::support::seed;

pub(super) async fn hold(stage: &Stage) {
    let incident = IncidentId::from(fresh("matrix"));
    let chief = stage.node.app.store.member(&"chief".into()).await.unwrap().unwrap();
    let request = report(&incident, Some(seed::in_park()), "hazard.manhole");
    let command = Command::Request { id: fresh("m").as_str().into(), request, session: None };
    stage.node.app.writer.apply(Actor::Member(chief), command).await.unwrap();
    let samples = samples(&incident);
    for seat in Stage::seats() {
        at_home(stage, seat, &samples).await;
        abroad(stage, seat, &incident, &samples).await;
    }
}

/// By HTTP and by socket in turn; the answers are the same.
async fn at_home(stage: &Stage, seat: Seat, samples: &[Value]) {
    let member = &stage.people[&(seat, seed::DISTRICT)];
    let token = stage.token(seat, seed::DISTRICT).await;
    let client = connected(stage, token.clone()).await;
    for sample in samples {
        let request: Request = serde_json::from_value(sample.clone()).expect("a sample is right");
        let by_http = over_http(stage, &token, sample).await;
        let by_socket = match client.request(request.clone()).await {
            Ok(_) => None,
            Err(RequestError::Refused(refusal)) => Some(refusal.code),
            Err(other) => panic!("{seat} {sample}: {other:?}"),
        };
        for (way, code) in [("http", by_http), ("socket", by_socket)] {
            let case = format!("{seat} over {way}: {sample}: {code:?}");
            assert!(!matches!(code, Some(Code::Unauthenticated | Code::Internal)), "{case}");
            match verdict(member, rows_of(&request)) {
                Verdict::Never => assert_eq!(code, Some(Code::Forbidden), "{case}"),
                Verdict::Always => assert_ne!(code, Some(Code::Forbidden), "{case}"),
                Verdict::Perhaps => {}
            }
        }
    }
}

/// Nobody moves, or hears of, what another district has.
async fn abroad(stage: &Stage, seat: Seat, incident: &IncidentId, samples: &[Value]) {
    let token = stage.token(seat, FOREIGN).await;
    for sample in samples.iter().filter(|sample| sample["incident"] == incident.as_str()) {
        let opens = matches!(sample["type"].as_str(), Some("report_incident" | "sos"));
        let code = over_http(stage, &token, sample).await;
        let refused = matches!(code, Some(Code::Forbidden | Code::NotFound));
        assert!(refused || opens, "{seat} abroad: {sample}: {code:?}");
    }
}

async fn connected(stage: &Stage, token: String) -> Client {
    let url = format!("ws://{}/ws", stage.node.address);
    let options = Options { url, token: Some(token), cookie: None, reconnect: true };
    Client::connect(options).await.expect("whoever has a session connects")
}

async fn over_http(stage: &Stage, token: &str, sample: &Value) -> Option<Code> {
    let body = json!({ "id": fresh("command"), "request": sample }).to_string();
    let answer = stage.node.ask(Ask::post("/api/commands", &body).by(token)).await;
    assert!(answer.status < 500, "{sample}: {}", answer.text());
    (answer.status != 200).then(|| Code::parse(&answer.refused().1).expect("a code"))
}

/// One of each request, about this incident.
fn samples(incident: &IncidentId) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol/client");
    let mut samples = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_name().to_string_lossy().starts_with("command_") {
            continue;
        }
        let file: Value = serde_json::from_str(&fs::read_to_string(entry.path()).unwrap()).unwrap();
        let mut request = file["request"].clone();
        if request.get("incident").is_some() {
            request["incident"] = json!(incident);
        }
        if request["type"] != "move_incident" {
            samples.push(request);
        }
    }
    let moves = moves().into_iter();
    samples.extend(
        moves.map(|step| json!({ "type": "move_incident", "incident": incident, "move": step })),
    );
    samples
}

/// One of each move.
fn moves() -> Vec<Value> {
    let why = "演练";
    let moves = vec![
        json!({ "step": "accept", "level": "4" }),
        json!({ "step": "reassign", "lead": "guard", "reason": why }),
        json!({ "step": "reinforce", "support": ["guard"] }),
        json!({ "step": "recall", "reason": why }),
        json!({ "step": "record", "note": why }),
        json!({ "step": "feedback", "result": why, "kind": "hazard.manhole" }),
        json!({ "step": "approve" }),
        json!({ "step": "send_back", "reason": why }),
        json!({ "step": "rate", "score": 5 }),
        json!({ "step": "reopen", "reason": why }),
        json!({ "step": "merge", "into": "none" }),
        json!({ "step": "to_110", "receipt": "1" }),
        json!({ "step": "hand_off", "office": why, "reason": why }),
        json!({ "step": "hand_off_done", "answer": why }),
        json!({ "step": "suspend", "reason": why, "review_ms": NOW_MS + 1_000 }),
        json!({ "step": "resume" }),
        json!({ "step": "escalate", "level": "3", "reason": why }),
        json!({ "step": "downgrade", "level": "4", "reason": why }),
        json!({ "step": "dispatch", "lead": "guard" }),
        json!({ "step": "false_alarm", "reason": why }),
        json!({ "step": "void", "reason": why }),
    ];
    // A move that isn't listed here has no arm in this match either.
    let steps: BTreeSet<&str> = moves
        .iter()
        .map(|step| serde_json::from_value::<IncidentMove>(step.clone()).expect("a move"))
        .map(|step| name(&step))
        .collect();
    assert_eq!(steps.len(), moves.len());
    moves
}

fn name(step: &IncidentMove) -> &'static str {
    use IncidentMove as M;
    match step {
        M::Accept { .. } => "accept",
        M::FalseAlarm { .. } => "false_alarm",
        M::Void { .. } => "void",
        M::Dispatch { .. } => "dispatch",
        M::Reassign { .. } => "reassign",
        M::Reinforce { .. } => "reinforce",
        M::Recall { .. } => "recall",
        M::Record { .. } => "record",
        M::Feedback { .. } => "feedback",
        M::Approve { .. } => "approve",
        M::SendBack { .. } => "send_back",
        M::Rate { .. } => "rate",
        M::Reopen { .. } => "reopen",
        M::Merge { .. } => "merge",
        M::ToPolice { .. } => "to_110",
        M::HandOff { .. } => "hand_off",
        M::HandOffDone { .. } => "hand_off_done",
        M::Suspend { .. } => "suspend",
        M::Resume {} => "resume",
        M::Escalate { .. } => "escalate",
        M::Downgrade { .. } => "downgrade",
    }
}
