//! Bad input: a clear refusal that names the field, and nothing is stored.

use hyper::Method;
use xunfang::domain::{IncidentMove, Level};

use super::{command, of_district, reported};
use crate::support::Backend;
use crate::support::http::Ask;
use crate::support::node::{TestNode, moved};

on_both!(what_cannot_be_read_is_refused_by_name, commands_are_those_of_the_socket);

async fn what_cannot_be_read_is_refused_by_name(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let token = node.token("dispatch").await;
    for (path, field) in [
        ("incidents?state=lost", "state"),
        ("incidents?level=9", "level"),
        ("incidents?limit=0", "limit"),
        ("incidents?limit=501", "limit"),
        ("incidents?after=nonsense", "after"),
        ("incidents?from=yesterday", "from"),
        ("counts?by=kind", "by"),
        ("counts?from=2026-W60", "from"),
        ("export?week=2026-W54", "week"),
        ("export?format=pdf", "format"),
        ("members?force=army", "force"),
    ] {
        let path = of_district(path);
        let (status, _, named) = node.ask(Ask::get(&path).by(&token)).await.refused();
        assert_eq!((status, named.as_deref()), (400, Some(field)), "{path}");
    }
    let long = format!("{{\"id\":\"{}\"}}", "x".repeat(70_000));
    for (ask, status, code) in [
        (Ask::get("/api/incidents/nowhere"), 404, "not_found"),
        (Ask::get("/api/nothing"), 404, "not_found"),
        (Ask { method: Method::PUT, ..Ask::get("/api/session") }, 405, "not_found"),
        (Ask::post("/api/commands", "{"), 400, "malformed"),
        (Ask::post("/api/commands", "{}"), 400, "invalid"),
        (Ask::post("/api/commands", &long), 413, "too_large"),
        (Ask::post("/api/commands", "{}").with(&[("content-type", "text/plain")]), 400, ""),
    ] {
        let path = ask.path;
        let (found, said, _) = node.ask(ask.by(&token)).await.refused();
        assert_eq!(found, status, "{path}: {said}");
        assert!(code.is_empty() || said == code || status == 405, "{path}: {said}");
        assert!(!said.is_empty(), "{path} is refused in words");
    }
    node.stop().await;
}

async fn commands_are_those_of_the_socket(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let id = reported(&node, "guard").await;
    let token = node.token("dispatch").await;
    let accept = IncidentMove::Accept { level: Level::Four, grid: None };
    let body = command("accept-1", &moved(&id, accept));
    let first = node.ask(Ask::post("/api/commands", &body).by(&token)).await;
    let again = node.ask(Ask::post("/api/commands", &body).by(&token)).await;
    assert_eq!((first.status, &first.body), (200, &again.body));
    assert_eq!(first.json()["incident"]["state"], "accepted");
    let other = command("accept-2", &moved(&id, IncidentMove::Resume {}));
    let illegal = node.ask(Ask::post("/api/commands", &other).by(&token)).await;
    assert_eq!((illegal.status, &illegal.json()["code"]), (409, &"illegal_move".into()));
    assert_eq!(illegal.json()["by"], "演示dispatch");
    assert_eq!(illegal.json()["legal"][0], "dispatch");
    let used = command("accept-1", &moved(&id, IncidentMove::Resume {}));
    let reused = node.ask(Ask::post("/api/commands", &used).by(&token)).await;
    assert_eq!(reused.refused().1, "id_reused");
    node.stop().await;
}
