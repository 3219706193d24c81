//! A plain HTTP client: one connection a request, nothing added that a test didn't say.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{HeaderMap, Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::node::TestNode;

/// What to ask.
#[derive(Clone, Default)]
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    /// A device's token.
    pub(crate) bearer: Option<&'a str>,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// Sent as JSON.
    pub(crate) body: Option<&'a str>,
}

impl<'a> Ask<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Self { path, ..Self::default() }
    }

    pub(crate) fn post(path: &'a str, body: &'a str) -> Self {
        Self { method: Method::POST, path, body: Some(body), ..Self::default() }
    }

    pub(crate) fn by(self, token: &'a str) -> Self {
        Self { bearer: Some(token), ..self }
    }

    pub(crate) fn with(self, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self { headers, ..self }
    }
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header is ASCII"))
    }

    /// The refusal's code and field.
    pub(crate) fn refused(&self) -> (u16, String, Option<String>) {
        let json = self.json();
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        (self.status, text("code").unwrap_or_default(), text("field"))
    }
}

impl TestNode {
    /// Asks this node.
    pub(crate) async fn ask(&self, ask: Ask<'_>) -> Answer {
        ask_at(self.address, ask).await
    }

    /// A device's token of this account.
    pub(crate) async fn token(&self, account: &str) -> String {
        self.options(account).await.token.expect("a device has a token")
    }
}

/// Asks whatever listens here.
pub(crate) async fn ask_at(address: SocketAddr, ask: Ask<'_>) -> Answer {
    let stream = TcpStream::connect(address).await.expect("the node listens");
    ask_over(stream, &address.to_string(), ask).await
}

/// Asks over this connection.
pub(crate) async fn ask_over<S>(stream: S, host: &str, ask: Ask<'_>) -> Answer
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.expect("it speaks HTTP");
    tokio::spawn(connection);
    let mut request = Request::builder().method(ask.method).uri(ask.path);
    request = request.header(HOST, host);
    let typed = ask.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if ask.body.is_some() && !typed {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    if let Some(token) = ask.bearer {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    for (name, value) in ask.headers {
        request = request.header(*name, *value);
    }
    let body = Full::new(Bytes::from(ask.body.unwrap_or_default().to_owned()));
    let request = request.body(body).expect("the request is well formed");
    let response = sender.send_request(request).await.expect("it answers");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("the body comes whole").to_bytes();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}
