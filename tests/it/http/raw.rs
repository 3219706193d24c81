//! Requests as no browser sends them: other sites' sockets, hosts, sizes, halves and framings.

use std::io::Result;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::Backend;
use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::workflow::DEADLINE;

/// Half requests that are held open at once; the tests beside it need open files too.
const HALVES: usize = 64;

/// Says this and reads until the node ends the connection.
async fn say(node: &TestNode, said: &str) -> String {
    let mut stream = TcpStream::connect(node.address).await.expect("the node listens");
    let mut got = Vec::new();
    let talk = async {
        let (mut from, mut to) = stream.split();
        // A node that has heard enough may end the connection amid it.
        let (said, read): (Result<()>, Result<usize>) =
            tokio::join!(to.write_all(said.as_bytes()), from.read_to_end(&mut got));
        drop((said, read));
    };
    timeout(DEADLINE, talk).await.unwrap_or_else(|_| panic!("it stays open: {said:.200}"));
    String::from_utf8_lossy(&got).into_owned()
}

/// The statuses of the answers; the body of none of ours looks like one.
fn statuses(answers: &str) -> Vec<u16> {
    let lines = answers.split("HTTP/1.").skip(1);
    lines.map(|line| line[2..5].parse().expect("a status has three digits")).collect()
}

#[tokio::test]
async fn a_socket_is_opened_for_pages_of_this_host_alone() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let cookie = format!("xunfang_session={}", node.token("dispatch").await);
    let own = format!("http://{}", node.address);
    let port = node.address.port();
    for (origin, site, status) in [
        (own.as_str(), "same-origin", 101),
        ("", "", 101),
        ("http://evil.example", "", 403),
        ("http://evil.example", "cross-site", 403),
        (&own, "cross-site", 403),
        (&own, "same-site", 403),
        ("null", "", 403),
        ("http://127.0.0.1", "", 403),
        (&format!("http://localhost:{port}"), "", 403),
        (&format!("http://{}.evil.example", node.address.ip()), "", 403),
        (&format!("http://evil.example/{}", node.address), "", 403),
        (&format!("http://{}@evil.example", node.address), "", 403),
    ] {
        let mut request = format!(
            "GET /ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Cookie: {cookie}\r\n",
            node.address
        );
        for (name, value) in [("Origin", origin), ("Sec-Fetch-Site", site)] {
            if !value.is_empty() {
                request += &format!("{name}: {value}\r\n");
            }
        }
        let mut stream = TcpStream::connect(node.address).await.unwrap();
        stream.write_all(format!("{request}\r\n").as_bytes()).await.unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.unwrap();
        assert_eq!(statuses(&String::from_utf8_lossy(&head)), [status], "{origin} {site}");
    }
    node.stop().await;
}

#[tokio::test]
async fn a_host_that_was_made_up_is_told_nothing_and_changes_nothing() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    for (hosts, status) in [
        ("Host: evil.example\r\n", 200),
        ("Host: a\"; script-src *\r\n", 200),
        ("Host: evil.example\r\nX-Forwarded-Host: worse.example\r\n", 200),
        ("Host: 127.0.0.1\r\nHost: evil.example\r\n", 400),
        ("Host: evil.example\r\nHost: evil.example\r\n", 400),
        ("", 400),
    ] {
        let get = format!("GET /api/info HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        let answer = say(&node, &get).await;
        assert_eq!(statuses(&answer), [status], "{hosts}: {answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(!body.contains("evil") && !head.contains("\r\nlocation:"), "{answer}");
        assert!(!answer.contains("worse") && !answer.contains("script-src *"), "{answer}");
    }
    // The host's own word about itself doesn't make a page of ours out of another's.
    let body = r#"{"username":"guard","password":"Test-Pass-2026"}"#;
    for (host, status) in [("evil.example", 403), (&node.address.to_string(), 403)] {
        let post = format!(
            "POST /api/session HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: other.example\r\n\
             Origin: http://other.example\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(statuses(&say(&node, &post).await), [status], "{host}");
    }
    node.stop().await;
}

#[tokio::test]
async fn what_is_too_large_ends_the_connection() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let many: String = (0..200).map(|at| format!("X-Many-{at}: a\r\n")).collect();
    let get = |path: &str, headers: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n")
    };
    for (request, wanted) in [
        (get(&format!("/{}", "a".repeat(70_000)), ""), 414),
        (get("/api/info", &many), 431),
        (get("/api/info", &format!("X-Long: {}\r\n", "a".repeat(1_000_000))), 431),
        (get("/api/session", &format!("Cookie: {}\r\n", "a=b; ".repeat(2_000))), 401),
        (get("/api/session", &format!("Authorization: Bearer {}\r\n", "a".repeat(9_000))), 401),
    ] {
        let got = statuses(&say(&node, &request).await);
        // A connection that is ended while it still sends may be reset before its answer is read.
        assert!(got == [wanted] || got.is_empty() && wanted == 431, "{wanted}: {got:?}");
    }
    still_answers(&node).await;
    node.stop().await;
}

#[tokio::test]
async fn half_requests_hold_nobody_up() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let token = node.token("guard").await;
    let mut held = Vec::new();
    for at in 0..HALVES {
        let half = match at % 4 {
            0 => String::new(),
            1 => "GET /api/session HTTP/1.1\r\nHost: a\r\nX-".to_owned(),
            2 => "POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                  Content-Length: 60000\r\n\r\n{"
                .to_owned(),
            _ => {
                "POST /api/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n"
                    .to_owned()
            }
        };
        let mut stream = TcpStream::connect(node.address).await.unwrap();
        stream.write_all(half.as_bytes()).await.unwrap();
        held.push(stream);
    }
    for _ in 0..20 {
        let answer = timeout(DEADLINE, node.ask(Ask::get("/api/session").by(&token)));
        assert_eq!(answer.await.expect("others are answered").status, 200);
    }
    drop(held);
    node.stop().await;
}

#[tokio::test]
async fn a_request_cannot_be_smuggled_in_another() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let hidden = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let post = |headers: &str, body: &str| {
        format!("POST /api/session HTTP/1.1\r\nHost: a\r\n{headers}\r\n{body}")
    };
    let length = format!("Content-Length: {}\r\n", hidden.len());
    for (request, wanted) in [
        // Lengths that differ, or are none.
        (post(&format!("{length}Content-Length: 0\r\n"), hidden), vec![400]),
        (post("Content-Length: 0, 5\r\n", hidden), vec![400]),
        (post("Content-Length: +5\r\n", hidden), vec![400]),
        (post("Content-Length: -1\r\n", hidden), vec![400]),
        (post("Content-Length: 0x5\r\n", hidden), vec![400]),
        (post("Content-Length : 5\r\n", hidden), vec![400]),
        // Codings that aren't chunked in the end.
        (post("Transfer-Encoding: identity\r\n", hidden), vec![400]),
        (post("Transfer-Encoding: chunked, identity\r\n", hidden), vec![400]),
        (post("Transfer-Encoding: xchunked\r\n", hidden), vec![400]),
        (post("Transfer-Encoding\u{b}: chunked\r\n", hidden), vec![400]),
        // A line that is folded.
        (post(&format!("X-Fold: a\r\n {length}"), ""), vec![400]),
        // The body is what its length says, whatever it looks like.
        (post(&format!("{length}Connection: close\r\n"), hidden), vec![400]),
        // HTTP/1.0 knows no chunks.
        (
            post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0"),
            vec![400],
        ),
        // Two lengths of one body: an answer at most, and what follows is never read.
        (
            post(&format!("{length}Transfer-Encoding: chunked\r\n"), &format!("0\r\n\r\n{hidden}")),
            vec![400],
        ),
        (
            post(&format!("Transfer-Encoding: chunked\r\n{length}"), &format!("0\r\n\r\n{hidden}")),
            vec![400],
        ),
        // Chunks whose size is none.
        (post("Transfer-Encoding: chunked\r\n", "-1\r\n\r\n"), vec![400]),
        (post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n\r\n"), vec![400]),
    ] {
        assert_eq!(statuses(&say(&node, &request).await), wanted, "{request}");
    }
    still_answers(&node).await;
    node.stop().await;
}

#[tokio::test]
async fn http_1_0_is_answered_and_nothing_older_or_newer() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    for (request, wanted) in [
        ("GET /healthz HTTP/1.0\r\n\r\n", vec![200]),
        ("GET /healthz HTTP/1.0\r\nHost: a\r\nConnection: close\r\n\r\n", vec![200]),
        ("GET /ws HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", vec![426]),
        ("GET /healthz HTTP/0.9\r\n\r\n", vec![400]),
        ("GET /healthz HTTP/1.2\r\n\r\n", vec![400]),
        ("GET /healthz\r\n\r\n", vec![400]),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", vec![]),
        ("\u{16}\u{3}\u{1}\0\u{5}hello\r\n\r\n", vec![400]),
        ("GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n", vec![400]),
        ("GET /api/../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", vec![404]),
        ("GET http://b/healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", vec![200]),
        ("CONNECT b:80 HTTP/1.1\r\nHost: b:80\r\nConnection: close\r\n\r\n", vec![405]),
        ("TRACE /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", vec![405]),
    ] {
        assert_eq!(statuses(&say(&node, request).await), wanted, "{request}");
    }
    still_answers(&node).await;
    node.stop().await;
}

async fn still_answers(node: &TestNode) {
    assert_eq!(node.ask(Ask::get("/healthz")).await.status, 200);
}
