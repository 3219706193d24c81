//! What a message of a client calls for. Nothing here touches the socket.

use std::pin::Pin;
use std::sync::Arc;

use super::{Backend, SignedIn};
use crate::domain::id::is_valid_client_id;
use crate::domain::{CommandId, Fix};
use crate::hub::Watch;
use crate::protocol::limits::{MAX_FIXES, MAX_IN_FLIGHT, MAX_SOS_IN_FLIGHT};
use crate::protocol::{ClientMessage, Code, Refusal, Request, ServerMessage, Viewport};

/// Work that is under way, and the answer that it ends with.
pub(super) type Work = Pin<Box<dyn Future<Output = Option<ServerMessage>> + Send>>;

/// What the session does next.
pub(super) enum Reaction {
    /// Say this.
    Answer(Box<ServerMessage>),
    /// Have this done, and say what it ends with.
    Begin(Work),
    /// Send these positions from now on.
    Watch(Watch),
    /// Send a full frame of this audience.
    Resync(u32),
}

/// Reads a text frame. `in_flight` is how much work of the session is under way.
pub(super) fn on_client_message<B: Backend>(
    backend: &B,
    who: &Arc<SignedIn>,
    text: &str,
    in_flight: usize,
) -> Reaction {
    let message = match ClientMessage::parse(text) {
        Ok(message) => message,
        Err(unreadable) => {
            let refusal = unreadable.refusal;
            return match unreadable.id {
                Some(id) => answer(ServerMessage::Refused { id, refusal }),
                None => error(refusal),
            };
        }
    };
    let may_begin = in_flight < MAX_IN_FLIGHT;
    match message {
        ClientMessage::Hello { .. } => error(Refusal::new(Code::Invalid, "hello was said already")),
        ClientMessage::Ping {} => {
            answer(ServerMessage::Pong { server_ms: backend.clock().now_ms() })
        }
        ClientMessage::Watch { format, forces, viewport } => match viewport.and_then(fault) {
            Some(field) => error(Refusal::invalid(field, "outside the world")),
            None => Reaction::Watch(Watch { format, forces, viewport }),
        },
        ClientMessage::Resync { audience } => Reaction::Resync(audience),
        ClientMessage::Command { id, request } => {
            if !is_valid_client_id(id.as_str()) {
                return error(Refusal::invalid("id", "1 to 64 visible ASCII characters"));
            }
            let may_call = matches!(request, Request::Sos { .. })
                && in_flight < MAX_IN_FLIGHT + MAX_SOS_IN_FLIGHT;
            if !may_begin && !may_call {
                return answer(ServerMessage::Refused { id, refusal: busy() });
            }
            Reaction::Begin(command(backend.clone(), Arc::clone(who), id, request))
        }
        ClientMessage::Position { fixes } => {
            if fixes.is_empty() {
                return error(Refusal::invalid("fixes", "at least one fix"));
            }
            if fixes.len() > MAX_FIXES {
                let message = format!("at most {MAX_FIXES} fixes");
                return error(Refusal::new(Code::TooLarge, message).about("fixes"));
            }
            if !may_begin {
                return error(busy());
            }
            Reaction::Begin(positions(backend.clone(), Arc::clone(who), fixes))
        }
    }
}

fn command<B: Backend>(backend: B, who: Arc<SignedIn>, id: CommandId, request: Request) -> Work {
    Box::pin(async move {
        Some(match backend.request(&who, id.clone(), request).await {
            Ok(outcome) => ServerMessage::Ack { id, outcome },
            Err(refusal) => ServerMessage::Refused { id, refusal },
        })
    })
}

fn positions<B: Backend>(backend: B, who: Arc<SignedIn>, fixes: Vec<Fix>) -> Work {
    Box::pin(async move {
        let refusal = backend.positions(&who, fixes).await.err()?;
        Some(ServerMessage::Error { refusal })
    })
}

fn answer(message: ServerMessage) -> Reaction {
    Reaction::Answer(Box::new(message))
}

pub(super) fn error(refusal: Refusal) -> Reaction {
    answer(ServerMessage::Error { refusal })
}

fn busy() -> Refusal {
    Refusal::new(Code::Busy, "too many unanswered messages, wait for answers")
}

/// The edge of a viewport that isn't in the world. West of east is right: it crosses 180°.
fn fault(viewport: Viewport) -> Option<&'static str> {
    let Viewport { west, south, east, north } = viewport;
    if !(-180.0..=180.0).contains(&west) {
        Some("west")
    } else if !(-180.0..=180.0).contains(&east) {
        Some("east")
    } else if !(-90.0..=90.0).contains(&south) {
        Some("south")
    } else if !(south..=90.0).contains(&north) {
        Some("north")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewport_lies_in_the_world() {
        for (west, south, east, north, field) in [
            (113.0, 30.0, 114.0, 31.0, None),
            (170.0, -10.0, -170.0, 10.0, None),
            (-181.0, 0.0, 0.0, 0.0, Some("west")),
            (0.0, 0.0, 180.5, 0.0, Some("east")),
            (0.0, -91.0, 0.0, 0.0, Some("south")),
            (0.0, 10.0, 0.0, 9.0, Some("north")),
        ] {
            let viewport = Viewport { west, south, east, north };
            assert_eq!(fault(viewport), field, "{viewport:?}");
        }
    }
}
