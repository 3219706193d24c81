//! Bad input: a clear refusal that names the field, and nothing is stored.

use hyper::Method;
use xunfang::domain::{IncidentMove, Level};

use super::{command, of_district, reported};
use crate::support::http::Ask;
use crate::support::node::{TestNode, fresh, moved};
use crate::support::{Backend, seed};

on_both!(
    what_cannot_be_read_is_refused_by_name,
    what_a_database_cannot_keep_is_refused,
    commands_are_those_of_the_socket,
);

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
        (Ask::get("/api"), 404, "not_found"),
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

/// PostgreSQL takes no NUL in text, and its error would look like a broken database.
async fn what_a_database_cannot_keep_is_refused(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let token = node.token("dispatch").await;
    for path in [
        of_district("incidents?kind=%00"),
        of_district("members?q=a%00b"),
        of_district("messages?channel=%00"),
        "/api/districts/%00/areas".to_owned(),
        "/api/incidents/%00".to_owned(),
        "/api/incidents/%FF".to_owned(),
    ] {
        let (status, code, _) = node.ask(Ask::get(&path).by(&token)).await.refused();
        assert_eq!((status, code.as_str()), (400, "malformed"), "{path}");
    }
    let post = |channel: &str, body: &str| {
        let message = fresh("message");
        let request = format!(
            r#"{{"type":"post_message","message":"{message}","channel":"{channel}","body":"{body}"}}"#
        );
        format!(r#"{{"id":"{message}","request":{request}}}"#)
    };
    let channel = format!("district:{}", seed::DISTRICT);
    for (channel, text, expected) in [
        (channel.as_str(), r"a\u0000b", (400, "invalid")),
        (r"\u0000", "a", (400, "invalid")),
        ("nowhere", "a", (404, "not_found")),
        (channel.as_str(), r"a\\u0000b", (200, "")),
    ] {
        let body = post(channel, text);
        let (status, code, _) =
            node.ask(Ask::post("/api/commands", &body).by(&token)).await.refused();
        assert_eq!((status, code.as_str()), expected, "{body}");
    }
    for (body, expected) in [
        (r#"{"username":"guard\u0000","password":"x"}"#, (401, "unauthenticated", None)),
        (r#"{"username":"guard"}"#, (400, "invalid", Some("password"))),
        (r#"{"username":7,"password":"x"}"#, (400, "invalid", Some("username"))),
    ] {
        let (status, code, field) = node.ask(Ask::post("/api/session", body)).await.refused();
        assert_eq!((status, code.as_str(), field.as_deref()), expected, "{body}");
    }
    let fly = r#"{"id":"c","request":{"type":"fly"}}"#;
    let (status, code, field) =
        node.ask(Ask::post("/api/commands", fly).by(&token)).await.refused();
    let expected = (400, "unknown_type", Some("request.type"));
    assert_eq!((status, code.as_str(), field.as_deref()), expected);
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
