//! A connection that hasn't said who it is. It becomes a session, or is closed.

use std::sync::Arc;

use metrics::{counter, gauge};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::session::Session;
use super::sight::Arrival;
use super::wire::{Turn, Wire};
use super::{Backend, SignedIn, Socket, Sockets, sight};
use crate::hub::{JoinRequest, Out};
use crate::protocol::{ClientMessage, CloseReason, Code, Refusal, ServerMessage, VERSION};

/// How a connection ends: by the peer or a fault of the wire, or with a close code of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Gone,
    Protocol(u16),
    Closed(CloseReason),
}

/// Greets a connection, runs its session and closes it.
pub(super) async fn greet<B, S>(sockets: Sockets<B>, mut wire: Wire<S>, cookie: Option<String>)
where
    B: Backend,
    S: Socket,
{
    let connections = gauge!("xunfang_ws_connections");
    connections.increment(1.0);
    // In a box while it lasts: a task is as large for good as its largest moment.
    let end = match Box::pin(welcome(&sockets, &mut wire, cookie)).await {
        Ok((who, arrival)) => run(&sockets.backend, &mut wire, who, arrival).await,
        Err(end) => end,
    };
    connections.decrement(1.0);
    let (code, reason) = match end {
        End::Gone => (None, ""),
        End::Protocol(code) => (Some(code), "not as the WebSocket protocol says"),
        End::Closed(reason) => (Some(reason.code()), reason.reason()),
    };
    let label = code.map_or_else(|| "gone".to_owned(), |code| code.to_string());
    counter!("xunfang_ws_closes_total", "code" => label).increment(1);
    if let Some(code) = code {
        tracing::debug!(code, reason, "a connection was closed");
        Box::pin(wire.close(code, reason, sockets.settings.linger)).await;
    }
}

/// Waits for `hello` and learns who says it.
async fn welcome<B, S>(
    sockets: &Sockets<B>,
    wire: &mut Wire<S>,
    cookie: Option<String>,
) -> Result<(SignedIn, Arrival), End>
where
    B: Backend,
    S: Socket,
{
    let first = timeout(sockets.settings.hello_within, first_message(wire)).await;
    let message = first.map_err(|_| End::Closed(CloseReason::Silent))??;
    let (version, token, cursors) = match message {
        Ok(ClientMessage::Hello { version, token, cursors }) => (version, token, cursors),
        Ok(_) => {
            let refusal = Refusal::new(Code::Invalid, "say hello first");
            return Err(refuse(wire, refusal, CloseReason::NoHello).await);
        }
        Err(refusal) => return Err(refuse(wire, refusal, CloseReason::NoHello).await),
    };
    if version != VERSION {
        let message = format!("this server speaks version {VERSION}");
        let refusal = Refusal::invalid("version", message);
        return Err(refuse(wire, refusal, CloseReason::Version).await);
    }
    let rights = sockets.backend.hub().rights_changes();
    match sockets.backend.authenticate(cookie, token).await {
        Ok(who) if sockets.returns.may(&who.caller.session, sockets.backend.clock().now_ms()) => {
            Ok((who, Arrival { cursors, rights }))
        }
        Ok(_) => {
            let refusal = Refusal::new(Code::TooMany, "too many connections, wait a little");
            Err(refuse(wire, refusal, CloseReason::Flooding).await)
        }
        Err(refusal) => {
            let reason = match refusal.code {
                Code::Unauthenticated | Code::Forbidden | Code::PasswordChange => {
                    CloseReason::Unauthenticated
                }
                _ => CloseReason::Internal,
            };
            Err(refuse(wire, refusal, reason).await)
        }
    }
}

async fn first_message<S>(wire: &mut Wire<S>) -> Result<Result<ClientMessage, Refusal>, End>
where
    S: Socket,
{
    loop {
        match wire.turn().await {
            Turn::Heard(Message::Text(text)) => {
                return Ok(ClientMessage::parse(&text).map_err(|unreadable| unreadable.refusal));
            }
            Turn::Heard(Message::Binary(_)) => return Ok(Err(no_binary())),
            Turn::Heard(_) | Turn::Idle => {}
            Turn::Over(code) => return Err(code.map_or(End::Gone, over)),
        }
    }
}

/// The answer to a binary frame.
pub(super) fn no_binary() -> Refusal {
    Refusal::new(Code::Malformed, "only text frames are read")
}

/// The end that a code of the wire stands for.
pub(super) fn over(code: u16) -> End {
    if code == CloseReason::FrameTooLarge.code() {
        End::Closed(CloseReason::FrameTooLarge)
    } else {
        End::Protocol(code)
    }
}

async fn refuse<S>(wire: &mut Wire<S>, refusal: Refusal, reason: CloseReason) -> End
where
    S: Socket,
{
    wire.queue(Out::Text(ServerMessage::Error { refusal }.encode().into()));
    End::Closed(reason)
}

async fn run<B, S>(backend: &B, wire: &mut Wire<S>, who: SignedIn, arrival: Arrival) -> End
where
    B: Backend,
    S: Socket,
{
    let join = JoinRequest {
        session: Some(who.caller.session.clone()),
        keys: who.keys.clone(),
        districts: who.districts.iter().map(|district| district.id.clone()).collect(),
    };
    let (guard, outbox) = backend.hub().join(join);
    let opened = Box::pin(sight::open(backend, (&guard, &outbox), &who, Some(&arrival))).await;
    // Not for as long as the session lasts.
    drop((who, arrival));
    match opened {
        Ok(who) => Session::new(backend, wire, (&guard, outbox), Arc::new(who)).run().await,
        Err(reason) => End::Closed(reason),
    }
}
