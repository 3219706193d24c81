//! One connection of a client, from `hello` to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::Options;
use super::state::FrameFault;
use crate::domain::DistrictId;
use crate::protocol::limits::WRITE_STALL_MS;
use crate::protocol::{ClientMessage, Cursor, SESSION_COOKIE, VERSION};

/// The longest message that is read: the snapshot of a large district.
const MAX_MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// A server that doesn't upgrade a connection within this hangs, or the network does; another may
/// stand behind the same address.
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// A server that takes no message for this long is gone.
const WRITE_WITHIN: Duration = Duration::from_millis(WRITE_STALL_MS);

/// An open connection.
pub(super) struct Link(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// Why a connection could not be made, or ended.
#[derive(Debug, thiserror::Error)]
pub enum LinkEnd {
    /// Closed by the server, with its code.
    #[error("closed with code {code}: {reason}")]
    Closed {
        /// The close code; 1005 when there was none.
        code: u16,
        /// The reason in words.
        reason: String,
    },
    /// The network, or not a WebSocket.
    #[error("the connection failed")]
    Failed(#[from] Box<Error>),
    /// The server said what this client can't take.
    #[error(transparent)]
    Frame(#[from] FrameFault),
    /// The server says nothing, or takes nothing.
    #[error("the server is silent")]
    Silent,
    /// The caller closed it.
    #[error("closed by the caller")]
    ByCaller,
}

/// A frame that holds something.
pub(super) enum Heard {
    Text(String),
    Binary(Vec<u8>),
}

impl Link {
    pub(super) async fn open(
        options: &Options,
        cursors: BTreeMap<DistrictId, Cursor>,
    ) -> Result<Self, LinkEnd> {
        let mut request = options.url.as_str().into_client_request().map_err(Box::new)?;
        if let Some(cookie) = &options.cookie {
            let cookie = HeaderValue::from_str(&format!("{SESSION_COOKIE}={cookie}"));
            request.headers_mut().insert(header::COOKIE, cookie.map_err(failed)?);
        }
        let config = WebSocketConfig::default()
            .read_buffer_size(4 * 1024)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        let connecting = connect_async_with_config(request, Some(config), true);
        let connected = timeout(OPEN_WITHIN, connecting).await.map_err(|_| LinkEnd::Silent)?;
        let mut link = Self(connected.map_err(Box::new)?.0);
        let hello =
            ClientMessage::Hello { version: VERSION, token: options.token.clone(), cursors };
        link.say(&hello).await?;
        Ok(link)
    }

    pub(super) async fn say(&mut self, message: &ClientMessage) -> Result<(), LinkEnd> {
        let text = serde_json::to_string(message).expect("a message has string keys");
        let sent = timeout(WRITE_WITHIN, self.0.send(Message::text(text))).await;
        Ok(sent.map_err(|_| LinkEnd::Silent)?.map_err(Box::new)?)
    }

    /// The next frame that holds something. Cancelling it loses nothing.
    pub(super) async fn hear(&mut self) -> Result<Heard, LinkEnd> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Ok(Heard::Text(text.as_str().to_owned())),
                Some(Ok(Message::Binary(bytes))) => return Ok(Heard::Binary(bytes.to_vec())),
                Some(Ok(Message::Close(close))) => {
                    let (code, reason) = close.map_or((1005, String::new()), |close| {
                        (close.code.into(), close.reason.as_str().to_owned())
                    });
                    return Err(LinkEnd::Closed { code, reason });
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(Box::new(error).into()),
                None => return Err(Box::new(Error::ConnectionClosed).into()),
            }
        }
    }

    /// Says goodbye, and doesn't wait for the answer.
    pub(super) async fn close(mut self) {
        self.0.close(None).await.ok();
    }
}

fn failed(error: impl Into<Error>) -> LinkEnd {
    LinkEnd::Failed(Box::new(error.into()))
}
