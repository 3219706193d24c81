//! What every answer says to a browser, and that our own pages hold to it.

use hyper::Method;

use super::of_district;
use crate::support::Backend;
use crate::support::http::Ask;
use crate::support::node::TestNode;

/// Answers of every sort: a page, a file, the API, a refusal, nothing there, the reader's page.
const PATHS: [&str; 9] = [
    "/",
    "/desk",
    "/favicon.svg",
    "/healthz",
    "/api/info",
    "/api/session",
    "/api/nothing",
    "/api/docs/",
    "/assets/nothing.js",
];

#[tokio::test]
async fn every_answer_says_what_a_page_may_do() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let members = of_district("members");
    let asks = PATHS.iter().copied().chain([members.as_str()]).map(Ask::get);
    let refused = Ask { method: Method::POST, ..Ask::get("/api/session") };
    for ask in asks.chain([refused]) {
        let path = ask.path;
        let answer = node.ask(ask).await;
        for (name, expected) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), expected, "{path} {name}");
        }
        let permissions = answer.header("permissions-policy");
        for part in ["geolocation=(self)", "camera=()", "microphone=()"] {
            assert!(permissions.contains(part), "{path} {permissions}");
        }
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'self'; script-src 'self'; ",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path} {policy}");
        }
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap();
        assert!(!scripts.contains("unsafe"), "{path} {scripts}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert!(answer.header("server").is_empty(), "{path}");
    }
    node.stop().await;
}

/// The policy forbids scripts in pages; so that nobody finds out on a phone, none is there.
#[test]
fn no_page_of_ours_holds_a_script() {
    let page = include_str!("../../../web-client/index.html");
    for script in page.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(tag.contains("src="), "{tag}");
        assert!(rest.starts_with("</script>"), "{rest}");
    }
    for handler in ["onload=", "onclick=", "onerror=", "javascript:", "<style"] {
        assert!(!page.contains(handler), "{handler}");
    }
}

/// A preflight is never answered with a permission: no other site's page may ask for anything.
#[tokio::test]
async fn no_other_site_is_let_in() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    for path in ["/api/session", "/api/commands", "/api/districts"] {
        let headers =
            [("origin", "https://evil.example"), ("access-control-request-method", "POST")];
        let ask = Ask { method: Method::OPTIONS, ..Ask::get(path) };
        let answer = node.ask(ask.with(&headers)).await;
        assert!(answer.status >= 400, "{path} {}", answer.status);
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
    }
    // A form of another site sends cookies of ours in old browsers, and names its origin.
    let token = node.token("dispatch").await;
    let cookie = format!("xunfang_session={token}");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let headers = [("cookie", cookie.as_str()), ("content-type", kind)];
        let answer = node.ask(Ask::post("/api/commands", "{}").with(&headers)).await;
        assert_eq!(answer.refused().1, "malformed", "{kind}: only JSON is read");
    }
    node.stop().await;
}
