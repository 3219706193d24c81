//! The demo as a visitor starts it, with its simulated people: real processes, real clients.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use xunfang::client::{Client, Options};
use xunfang::domain::{
    AssignmentState, Fix, Force, IncidentId, IncidentMove, IncidentState, Level, MemberId, TeamId,
};
use xunfang::protocol::{ClientMessage, PositionFormat, Request};

use crate::support::Backend;
use crate::support::eventually;
use crate::support::http::{Ask, ask_at};
use crate::support::node::{TestNode, fresh, moved, report};

/// A debug build on a busy machine seeds its district and signs thirty people on.
const DEADLINE: Duration = Duration::from_secs(120);

/// A running process of ours.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(data: &Path) -> (Running, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--metrics", ""])
        .args(["--quiet-demo", "--demo-weeks", "0"])
        .arg("--data")
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let first = lines.next().expect("it says where").expect("it is text");
    let address = first.rsplit('/').next().expect("an address").parse().expect("an address");
    (Running(child), address)
}

fn simulate(address: SocketAddr, data: &Path, args: &[&str]) -> Running {
    let child = Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .args(["simulate", "--url", &format!("http://{address}"), "--key"])
        .arg(data.join("simulate.key"))
        .args(args)
        .spawn()
        .expect("the program starts");
    Running(child)
}

async fn desk(address: SocketAddr) -> (Client, String) {
    let body = json!({ "username": "dispatch", "password": "Dispatch-2026", "device": true });
    let answer = ask_at(address, Ask::post("/api/session", &body.to_string())).await.json();
    let token = answer["token"].as_str().expect("signed in").to_owned();
    let url = format!("ws://{address}/ws");
    let options = Options { url, token: Some(token.clone()), cookie: None, reconnect: true };
    (Client::connect(options).await.expect("connects"), token)
}

/// A police team with somebody on duty and on the map.
async fn police_team(desk: &Client) -> (TeamId, MemberId, Fix) {
    let look = |state: &xunfang::client::State| {
        let view = state.views.values().next()?;
        view.on_duty.values().find_map(|duty| {
            let fix = state.units.get(&duty.member.id)?;
            let team = duty.shift.team.clone().filter(|_| duty.member.force == Force::Police)?;
            Some((team, duty.member.id.clone(), *fix))
        })
    };
    tokio::time::timeout(DEADLINE, desk.wait_for(look)).await.expect("police are on the map")
}

#[tokio::test]
async fn simulated_members_patrol_take_calls_and_catch_up() {
    let data = tempfile::tempdir().unwrap();
    let (_server, address) = serve(data.path());
    let args = ["--members", "30", "--rate", "4", "--speed", "40", "--no-desk", "--seed", "3"];
    let _people = simulate(address, data.path(), &args);
    let (desk, token) = desk(address).await;
    let watch =
        ClientMessage::Watch { format: PositionFormat::Binary, forces: None, viewport: None };
    desk.say(watch).await;
    let on_duty = |state: &xunfang::client::State| {
        let view = state.views.values().next()?;
        (view.on_duty.len() == 30 && state.units.all().len() > 20).then_some(())
    };
    tokio::time::timeout(DEADLINE, desk.wait_for(on_duty)).await.expect("thirty sign on and walk");
    let (team, member, fix) = police_team(&desk).await;
    handles_a_call(&desk, &team, fix).await;
    catches_up(&desk, &token, address, &member).await;
}

async fn handles_a_call(desk: &Client, team: &TeamId, fix: Fix) {
    let id = IncidentId::from(fresh("called"));
    desk.request(report(&id, Some(fix.point), "hazard.manhole")).await.unwrap();
    let accept = IncidentMove::Accept { level: Level::Four, grid: None };
    desk.request(moved(&id, accept)).await.unwrap();
    let dispatch = IncidentMove::Dispatch { lead: team.clone(), support: Vec::new() };
    desk.request(moved(&id, dispatch)).await.unwrap();
    let handled = |state: &xunfang::client::State| {
        let incident = state.views.values().next()?.incidents.get(&id)?;
        (incident.state == IncidentState::Review).then(|| incident.clone())
    };
    let done = tokio::time::timeout(DEADLINE, desk.wait_for(handled)).await;
    let done = done.expect("the team takes it, arrives, handles and reports back");
    assert_eq!(done.assignments[0].state, AssignmentState::Done);
    assert!(done.kind_final.is_some() && done.assignments[0].arrived_ms.is_some());
}

/// Without signal half a minute of the run is less than a second here: the track has no hole, and
/// fixes of one gap came together.
async fn catches_up(desk: &Client, token: &str, address: SocketAddr, member: &MemberId) {
    let shift = desk.look(|state| {
        state.views.values().next().map(|view| view.on_duty[member].shift.started_ms)
    });
    let from_ms = shift.expect("is on duty");
    eventually(DEADLINE, "the track has no hole longer than a second", async || {
        let view = fresh("view");
        let request = Request::ViewTrack {
            view: view.as_str().into(),
            members: vec![member.clone()],
            incident: None,
            from_ms,
            to_ms: from_ms + 60 * 60 * 1_000,
            reason: "测试".to_owned(),
        };
        desk.request(request).await.unwrap();
        let path = format!("/api/districts/420882002/track-views/{view}");
        let shown: Value = ask_at(address, Ask::get(&path).by(token)).await.json();
        let fixes = shown["tracks"][0]["fixes"].as_array().unwrap();
        let times: Vec<i64> = fixes.iter().map(|fix| fix["at_ms"].as_i64().unwrap()).collect();
        let holes = times.windows(2).filter(|pair| pair[1] - pair[0] > 3_000).count();
        (times.len() > 60 && holes == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn tokens_are_for_whoever_holds_the_demos_key() {
    let data = tempfile::tempdir().unwrap();
    let (_server, address) = serve(data.path());
    let key = std::fs::read_to_string(data.path().join("simulate.key")).unwrap();
    for (shown, body, status) in [
        ("", r#"{"members":2}"#, 401),
        ("wrong", r#"{"members":2}"#, 401),
        (key.trim(), r#"{"members":0}"#, 400),
        (key.trim(), r#"{"members":10001}"#, 400),
        (key.trim(), r#"{"members":2}"#, 200),
    ] {
        let answer = ask_at(address, Ask::post("/api/demo/tokens", body).by(shown)).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        if status == 200 {
            assert_eq!(answer.json()["actors"].as_array().unwrap().len(), 2);
        }
    }
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let ask = Ask::post("/api/demo/tokens", r#"{"members":2}"#).by(key.trim());
    assert_eq!(node.ask(ask).await.status, 404, "no demo, no tokens");
    node.stop().await;
}
