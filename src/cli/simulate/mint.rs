//! Asks a demo server for tokens, in one call.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::domain::MemberId;
use crate::protocol::Refusal;

/// A server that is just starting gets this long to answer.
const STARTING: Duration = Duration::from_secs(60);
/// And is asked again this often.
const AGAIN: Duration = Duration::from_millis(250);

/// A member and the token that speaks for them.
#[derive(Debug, Deserialize)]
pub(super) struct Actor {
    pub(super) member: MemberId,
    pub(super) token: String,
}

#[derive(Deserialize)]
struct Actors {
    actors: Vec<Actor>,
}

/// Tokens for so many members, from the server at `url` (`http://host:port`).
pub(super) async fn actors(url: &str, key: &Path, members: usize) -> anyhow::Result<Vec<Actor>> {
    let key = std::fs::read_to_string(key)
        .with_context(|| format!("{} can't be read: does a demo server run?", key.display()))?;
    let deadline = Instant::now() + STARTING;
    loop {
        match ask(url, key.trim(), members).await {
            Ok(actors) => return Ok(actors),
            Err(Failure::Unreachable(error)) if Instant::now() > deadline => return Err(error),
            Err(Failure::Unreachable(_)) => sleep(AGAIN).await,
            Err(Failure::Refused(error)) => return Err(error),
        }
    }
}

enum Failure {
    Unreachable(anyhow::Error),
    Refused(anyhow::Error),
}

async fn ask(url: &str, key: &str, members: usize) -> Result<Vec<Actor>, Failure> {
    let answer = post(url, key, members).await.map_err(Failure::Unreachable)?;
    let (status, body) = answer;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return Err(Failure::Unreachable(anyhow::anyhow!("the server is busy")));
    }
    read(status, &body).map_err(Failure::Refused)
}

fn read(status: StatusCode, body: &[u8]) -> anyhow::Result<Vec<Actor>> {
    if !status.is_success() {
        let refusal: Option<Refusal> = serde_json::from_slice(body).ok();
        bail!("no tokens: {}", refusal.map_or(status.to_string(), |refusal| refusal.message));
    }
    let Actors { actors } = serde_json::from_slice(body).context("not what a server answers")?;
    Ok(actors)
}

async fn post(url: &str, key: &str, members: usize) -> anyhow::Result<(StatusCode, Bytes)> {
    let uri: Uri = url.parse().with_context(|| format!("{url} is no address"))?;
    let authority = uri.authority().with_context(|| format!("{url} names no host"))?.as_str();
    let stream = TcpStream::connect(authority).await.context("the server can't be reached")?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/demo/tokens")
        .header(header::HOST, authority)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .body(Full::new(Bytes::from(format!("{{\"members\":{members}}}"))))?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    driving.abort();
    Ok((status, body))
}
