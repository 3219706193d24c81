//! Five failures lock a name, whoever's it is; an address that fails too often waits.

use super::sessions::SOON;
use super::{MINUTE_MS, change, staffed, try_sign_in};
use crate::support::http::{Answer, Ask};
use crate::support::node::NOW_MS;
use crate::support::{Backend, eventually, seed};

on_both!(five_failures_lock_a_name_for_a_quarter_of_an_hour, an_unknown_name_looks_the_same);

const WRONG: &str = "Wrong-Pass-2026";

async fn five_failures_lock_a_name_for_a_quarter_of_an_hour(backend: Backend) {
    let node = staffed(&backend).await;
    for _ in 0..4 {
        assert_eq!(try_sign_in(&node, "guard", WRONG).await.status, 401);
    }
    assert_eq!(try_sign_in(&node, "guard", seed::PASSWORD).await.status, 200, "four are forgiven");
    for n in 0..4 {
        assert_eq!(try_sign_in(&node, "guard", WRONG).await.status, 401, "{n} counts from one");
    }
    for password in [WRONG, seed::PASSWORD] {
        let answer = try_sign_in(&node, "guard", password).await;
        assert_eq!(answer.refused().1, "locked", "{password}: {}", answer.text());
        assert_eq!(answer.json()["at_ms"], NOW_MS + 15 * MINUTE_MS, "it isn't prolonged");
        assert_eq!(answer.status, 429);
    }
    assert_eq!(try_sign_in(&node, "police", seed::PASSWORD).await.status, 200, "nobody else is");
    node.clock.advance_ms(15 * MINUTE_MS);
    assert_eq!(try_sign_in(&node, "guard", seed::PASSWORD).await.status, 200);
    for _ in 0..5 {
        try_sign_in(&node, "guard", WRONG).await;
    }
    assert_eq!(try_sign_in(&node, "guard", seed::PASSWORD).await.status, 429);
    let keeper = node.token("keeper").await;
    let unlocked = change(&node, &keeper, "guard", serde_json::json!({ "type": "unlock" })).await;
    assert_eq!(unlocked.status, 200, "{}", unlocked.text());
    assert_eq!(try_sign_in(&node, "guard", seed::PASSWORD).await.status, 200);
    node.stop().await;
}

/// Known, unknown and disabled are answered alike, byte by byte, from the first try to the lock.
async fn an_unknown_name_looks_the_same(backend: Backend) {
    let node = staffed(&backend).await;
    let keeper = node.token("keeper").await;
    let disabled = change(&node, &keeper, "volunteer", serde_json::json!({ "type": "disable" }));
    assert_eq!(disabled.await.status, 200);
    let names = ["guard", "nobody", "volunteer", "'; drop table accounts; --", "猫"];
    for n in 1..=6 {
        let mut first: Option<Answer> = None;
        for name in names {
            // Whoever knows the password of a disabled account learns nothing either.
            let password = if name == "volunteer" { seed::PASSWORD } else { WRONG };
            let answer = try_sign_in(&node, name, password).await;
            assert_eq!(answer.status, if n < 5 { 401 } else { 429 }, "{name} {n}");
            match &first {
                Some(first) => {
                    assert_eq!(answer.body, first.body, "{name} {n}");
                    let names = |answer: &Answer| -> Vec<String> {
                        answer.headers.keys().map(ToString::to_string).collect()
                    };
                    assert_eq!(names(&answer), names(first), "{name} {n}");
                }
                None => first = Some(answer),
            }
        }
    }
    node.stop().await;
}

/// What was typed as a name may have been a password: its digest goes when it counts no more.
#[tokio::test]
async fn failures_are_forgotten_when_they_count_no_more() {
    let node = staffed(&Backend::sqlite()).await;
    try_sign_in(&node, "nobody", WRONG).await;
    let name = xunfang::auth::token::digest("nobody");
    assert!(node.app.store.sign_in_failures(&name).await.unwrap().is_some());
    node.clock.advance_ms(15 * MINUTE_MS);
    eventually(SOON, "the failure is forgotten", async || {
        node.app.store.sign_in_failures(&name).await.unwrap().is_none().then_some(())
    })
    .await;
    node.stop().await;
}

/// By the number of verifications, not by a stopwatch: a name that nobody has takes one as well.
#[tokio::test]
async fn a_name_that_nobody_has_costs_a_verification_too() {
    let node = staffed(&Backend::sqlite()).await;
    for (name, verified) in [("guard", 1), ("nobody", 1), ("", 1)] {
        let before = node.app.verifications();
        try_sign_in(&node, name, WRONG).await;
        assert_eq!(node.app.verifications() - before, verified, "{name:?}");
    }
    for _ in 0..4 {
        try_sign_in(&node, "guard", WRONG).await;
        try_sign_in(&node, "nobody", WRONG).await;
    }
    for name in ["guard", "nobody"] {
        let before = node.app.verifications();
        try_sign_in(&node, name, WRONG).await;
        assert_eq!(node.app.verifications() - before, 0, "{name:?} is locked");
    }
    node.stop().await;
}

#[tokio::test]
async fn guesses_at_the_same_time_are_five_guesses() {
    let node = staffed(&Backend::sqlite()).await;
    let tries = (0..12).map(|_| try_sign_in(&node, "guard", WRONG));
    let answers = futures_util::future::join_all(tries).await;
    let wrong = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(wrong, 4, "the fifth locks, and the rest count no more");
    assert_eq!(try_sign_in(&node, "guard", seed::PASSWORD).await.status, 429);
    node.stop().await;
}

#[tokio::test]
async fn an_address_waits_after_sixty_failures_and_successes_never_count() {
    let node = staffed(&Backend::sqlite()).await;
    for _ in 0..80 {
        assert_eq!(try_sign_in(&node, "guard", seed::PASSWORD).await.status, 200);
    }
    for n in 0..60 {
        let answer = try_sign_in(&node, &format!("nobody{n}"), WRONG).await;
        assert_eq!(answer.status, 401, "{n}");
    }
    let answer = try_sign_in(&node, "guard", seed::PASSWORD).await;
    assert_eq!(answer.refused(), (429, "too_many".to_owned(), None));
    // What a client says of its own address is not believed.
    let body = serde_json::json!({ "username": "guard", "password": seed::PASSWORD }).to_string();
    let forged = [("x-forwarded-for", "192.0.2.1")];
    let answer = node.ask(Ask::post("/api/session", &body).with(&forged)).await;
    assert_eq!(answer.status, 429);
    node.clock.advance_ms(15_000);
    assert_eq!(try_sign_in(&node, "guard", seed::PASSWORD).await.status, 200);
    node.stop().await;
}
