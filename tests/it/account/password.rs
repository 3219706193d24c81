//! The own password: what it asks for, and what it ends.

use serde_json::json;

use super::{cookie_of, staffed, status, try_sign_in, with};
use crate::support::http::{Answer, Ask};
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

on_both!(a_new_password_ends_every_other_session);

const NEW: &str = "Andere-Pass-2027";

async fn change(node: &TestNode, cookie: &str, old: &str, new: &str) -> Answer {
    let body = json!({ "old": old, "new": new }).to_string();
    with(node, cookie, Ask::post("/api/session/password", &body)).await
}

async fn a_new_password_ends_every_other_session(backend: Backend) {
    let node = staffed(&backend).await;
    let own = cookie_of(&node, "guard", seed::PASSWORD).await;
    let other = cookie_of(&node, "guard", seed::PASSWORD).await;
    for (old, new, field) in [
        (seed::PASSWORD, "kurz-A1", "new"),
        (seed::PASSWORD, "alllowercaseletters", "new"),
        (seed::PASSWORD, seed::PASSWORD, "new"),
        ("Wrong-Pass-2026", NEW, "old"),
    ] {
        let refused = change(&node, &own, old, new).await.refused();
        assert_eq!(refused, (400, "invalid".to_owned(), Some(field.to_owned())), "{old} {new}");
    }
    assert_eq!(change(&node, &own, seed::PASSWORD, NEW).await.status, 204);
    assert_eq!((status(&node, &own).await, status(&node, &other).await), (200, 401));
    assert_eq!(try_sign_in(&node, "guard", seed::PASSWORD).await.status, 401);
    assert_eq!(try_sign_in(&node, "guard", NEW).await.status, 200);
    // Guessing the old one at an open console locks as well.
    for _ in 0..4 {
        change(&node, &own, "Wrong-Pass-2026", seed::PASSWORD).await;
    }
    let fifth = change(&node, &own, "Wrong-Pass-2026", seed::PASSWORD).await;
    assert_eq!(fifth.refused().1, "locked");
    node.stop().await;
}
