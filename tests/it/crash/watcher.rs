//! A seat that only watches: raw frames over as many connections as it takes, every one kept.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_util::task::AbortOnDropHandle;
use xunfang::client::{Notice, State};
use xunfang::domain::{IncidentId, Member};
use xunfang::protocol::{ClientMessage, Code, EventFrame, ServerMessage, VERSION};

use crate::support::Proxy;

/// A server that is starting refuses a connection at once; it is asked again so often.
const AGAIN_AFTER: Duration = Duration::from_millis(100);
/// A half-open line never answers `hello`.
const OPEN_WITHIN: Duration = Duration::from_secs(2);

/// What came, as far as the order of the log is concerned.
#[derive(Debug, Clone)]
pub(crate) enum Line {
    Connected,
    Reset {
        epoch: String,
        seq: i64,
    },
    Resumed {
        seq: i64,
        head: i64,
    },
    Frame(Arc<EventFrame>),
    Alert(IncidentId),
    /// A frame that the view could not take.
    Fault(String),
}

/// All that came, and what it makes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watched {
    pub(crate) lines: Vec<Line>,
    pub(crate) state: State,
}

/// A watching seat behind a proxy of its own.
pub(crate) struct Watcher {
    pub(crate) member: Member,
    pub(crate) proxy: Proxy,
    watched: Arc<Mutex<Watched>>,
    seq: watch::Receiver<i64>,
    _task: AbortOnDropHandle<()>,
}

impl Watcher {
    pub(crate) async fn start(member: Member, token: String, server: SocketAddr) -> Self {
        let proxy = Proxy::start(server.port()).await;
        let watched = Arc::new(Mutex::new(Watched::default()));
        let (standing, seq) = watch::channel(-1);
        let seat = Seat { token, address: proxy.address(), watched: watched.clone(), standing };
        let task = tokio::spawn(seat.watch());
        Self { member, proxy, watched, seq, _task: AbortOnDropHandle::new(task) }
    }

    /// What it has seen so far.
    pub(crate) fn so_far(&self) -> Watched {
        self.watched.lock().clone()
    }

    /// How many lines so far are such.
    pub(crate) fn count(&self, fits: fn(&Line) -> bool) -> usize {
        self.watched.lock().lines.iter().filter(|line| fits(line)).count()
    }

    /// Waits until it stands here.
    pub(crate) async fn reaches(&self, seq: i64, at_most: Duration) -> bool {
        let mut standing = self.seq.clone();
        let reached = timeout(at_most, standing.wait_for(|now| *now >= seq)).await;
        reached.is_ok()
    }
}

struct Seat {
    token: String,
    address: SocketAddr,
    watched: Arc<Mutex<Watched>>,
    standing: watch::Sender<i64>,
}

impl Seat {
    async fn watch(self) {
        loop {
            self.connection().await;
            self.watched.lock().state.end_connection();
            sleep(AGAIN_AFTER).await;
        }
    }

    async fn connection(&self) {
        let url = format!("ws://{}/ws", self.address);
        let Ok(Ok((mut socket, _))) = timeout(OPEN_WITHIN, connect_async(url)).await else {
            return;
        };
        let cursors = self.watched.lock().state.cursors();
        let hello =
            ClientMessage::Hello { version: VERSION, token: Some(self.token.clone()), cursors };
        let hello = serde_json::to_string(&hello).unwrap();
        if socket.send(Frame::text(hello)).await.is_err() {
            return;
        }
        self.watched.lock().lines.push(Line::Connected);
        let mut first = true;
        loop {
            // Later silence is the proxy's, and ends with a cut.
            let patience = if first { OPEN_WITHIN } else { Duration::MAX };
            match timeout(patience, socket.next()).await {
                Ok(Some(Ok(Frame::Text(text)))) => {
                    first = false;
                    if !self.take(&text) {
                        return;
                    }
                }
                Ok(Some(Ok(Frame::Close(_)) | Err(_)) | None) | Err(_) => return,
                Ok(Some(Ok(_))) => {}
            }
        }
    }

    /// False for a frame that can't be taken.
    fn take(&self, text: &str) -> bool {
        let mut watched = self.watched.lock();
        if let Some(line) = line(text) {
            watched.lines.push(line);
        }
        match watched.state.take_text(text) {
            // It came back too often, or the database is away: a little later, then.
            Ok(Some(Notice::Error(refusal)))
                if matches!(refusal.code, Code::TooMany | Code::Busy) => {}
            Ok(Some(Notice::Answer { .. } | Notice::Error(_))) => {
                watched.lines.push(Line::Fault(format!("an answer to nothing: {text}")));
            }
            Ok(_) => {}
            Err(fault) => {
                watched.lines.push(Line::Fault(format!("{fault}: {text}")));
                return false;
            }
        }
        let seq = watched.state.views.values().next().map(|view| view.seq);
        drop(watched);
        if let Some(seq) = seq {
            self.standing.send_replace(seq);
        }
        true
    }
}

fn line(text: &str) -> Option<Line> {
    if text.starts_with("{\"prev\":") {
        return Some(match serde_json::from_str(text) {
            Ok(frame) => Line::Frame(Arc::new(frame)),
            Err(error) => Line::Fault(format!("{error}: {text}")),
        });
    }
    match serde_json::from_str(text) {
        Ok(ServerMessage::Reset { epoch, seq, .. }) => Some(Line::Reset { epoch, seq }),
        Ok(ServerMessage::Resumed { seq, head, .. }) => Some(Line::Resumed { seq, head }),
        Ok(ServerMessage::Alert(alert)) => Some(Line::Alert(alert.incident)),
        Ok(_) => None,
        Err(error) => Some(Line::Fault(format!("{error}: {text}"))),
    }
}
