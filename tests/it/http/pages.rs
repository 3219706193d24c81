//! The pages, the document and what says that the server is well.

use std::path::Path;

use crate::support::Backend;
use crate::support::http::Ask;
use crate::support::node::TestNode;

#[tokio::test]
async fn pages_come_with_a_strict_policy_and_health_is_told() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    // A checkout whose web client isn't built shows a page that says so.
    let index = Path::new(env!("CARGO_MANIFEST_DIR")).join("web-client/dist/index.html");
    let shown = if index.exists() { 200 } else { 503 };
    for path in ["/", "/desk", "/patrol", "/sign-in"] {
        let page = node.ask(Ask::get(path)).await;
        assert_eq!(page.status, shown, "{path}");
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'self'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
    for (path, status) in [
        ("/healthz", 200),
        ("/api/info", 200),
        ("/api/openapi.json", 200),
        ("/api/docs/", 200),
        ("/metrics", shown),
        ("/../../etc/passwd", shown),
    ] {
        let answer = node.ask(Ask::get(path)).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(!answer.text().contains("root:"), "{path}");
        assert!(!answer.text().contains("xunfang_writer"), "metrics are on their own listener");
    }
    assert_eq!(node.ask(Ask::get("/api/info")).await.json()["demo"], false);
    node.stop().await;
}

/// A browser takes a worker only as a script, asks for it anew, and installs by the manifest.
#[tokio::test]
async fn the_page_can_be_kept_and_installed() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("web-client/dist/sw.js").exists();
    for (path, kind) in [
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/icon-192.png", "image/png"),
    ] {
        let answer = node.ask(Ask::get(path)).await;
        assert_eq!(answer.status, if built { 200 } else { 404 }, "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("worker-src 'self' blob:"), "{path} {policy}");
        if built {
            assert_eq!(answer.header("content-type"), kind, "{path}");
            assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
        }
    }
    // What is about people stays out of every cache, so out of the worker's too.
    let session = node.ask(Ask::get("/api/session")).await;
    assert_eq!(session.header("cache-control"), "no-store");
    node.stop().await;
}
