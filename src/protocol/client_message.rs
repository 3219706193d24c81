//! What clients say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::by_name::by_name;
use super::refusal::{Code, Refusal};
use super::request::Request;
use crate::domain::id::is_valid_client_id;
use crate::domain::party::named_enum;
use crate::domain::{CommandId, DistrictId, Fix, Force};

/// How far a client has read a district's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cursor {
    /// Which log; a restored backup starts another.
    pub epoch: String,
    /// The last place that was read.
    pub seq: i64,
    /// The sight that the state was read under, as the last `reset` named it.
    #[serde(default)]
    pub sight: String,
}

named_enum!(
    /// How positions are sent.
    PositionFormat {
        /// Not at all.
        None = "none",
        /// Binary frames.
        Binary = "binary",
        /// JSON, for third parties.
        Json = "json",
    }
);

/// A box in WGS-84 degrees; one whose west is greater than its east crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Viewport {
    /// Western edge.
    pub west: f64,
    /// Southern edge.
    pub south: f64,
    /// Eastern edge.
    pub east: f64,
    /// Northern edge.
    pub north: f64,
}

/// A message by a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message of a connection.
    Hello {
        /// The protocol's version.
        version: u32,
        /// A device's token; a browser's cookie came with the upgrade.
        #[serde(default)]
        token: Option<String>,
        /// What was read before.
        #[serde(default)]
        cursors: BTreeMap<DistrictId, Cursor>,
    },
    /// Asks for something, once: the same id again returns the first outcome.
    Command {
        /// Made by the client (UUIDv7).
        id: CommandId,
        /// What is asked for.
        #[serde(deserialize_with = "by_name")]
        request: Request,
    },
    /// Where the member is and was, 1 to 100 fixes in any order.
    Position {
        /// The fixes.
        fixes: Vec<Fix>,
    },
    /// Which positions the client wants to see; none until it says so.
    Watch {
        /// How they are sent.
        format: PositionFormat,
        /// Only these forces.
        #[serde(default)]
        forces: Option<Vec<Force>>,
        /// Only this box.
        #[serde(default)]
        viewport: Option<Viewport>,
    },
    /// Asks for a full position frame of an audience whose generation the client doesn't know.
    Resync {
        /// Which audience.
        audience: u32,
    },
    /// Asks whether the other side is there; answered with `pong`.
    Ping {},
}

const TYPES: &[&str] = &["hello", "command", "position", "watch", "resync", "ping"];

/// A message that could not be read, with the command's id where it could be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    /// The command that it was meant to be.
    pub id: Option<CommandId>,
    /// What was wrong.
    pub refusal: Refusal,
}

impl ClientMessage {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`Code::Malformed`] for text that isn't JSON, [`Code::UnknownType`], [`Code::Invalid`] for a
    /// known type whose fields are wrong.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        // The typed road first: the slow one below only explains what was wrong.
        serde_json::from_str(text).map_err(|error| Self::explain(text, &error))
    }

    fn explain(text: &str, error: &serde_json::Error) -> Unreadable {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Unreadable { id: None, refusal: Refusal::new(Code::Malformed, "not JSON") };
        };
        let id = value.get("id").and_then(Value::as_str).filter(|id| is_valid_client_id(id));
        let id = id.map(CommandId::from);
        let refusal = match value.get("type").and_then(Value::as_str) {
            None => Refusal::new(Code::Malformed, "a message needs a type").about("type"),
            Some(name) if !TYPES.contains(&name) => {
                let shown = cut(name, 40);
                Refusal::new(Code::UnknownType, format!("unknown type {shown:?}")).about("type")
            }
            Some(_) => Refusal::new(Code::Invalid, cut(&error.to_string(), 200)),
        };
        Unreadable { id, refusal }
    }
}

/// The first characters of a text that a client chose: an answer must stay small.
fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_are_ignored_and_unknown_types_are_named() {
        assert_eq!(
            ClientMessage::parse(r#"{"type":"ping","later":1}"#),
            Ok(ClientMessage::Ping {})
        );
        for (text, code, field) in [
            ("{", Code::Malformed, None),
            ("[]", Code::Malformed, Some("type")),
            (r#"{"type":"dance"}"#, Code::UnknownType, Some("type")),
            (r#"{"type":"hello"}"#, Code::Invalid, None),
            (r#"{"type":"position","fixes":7}"#, Code::Invalid, None),
            (
                r#"{"type":"position","fixes":[{"at_ms":1,"point":{"lng":181,"lat":0}}]}"#,
                Code::Invalid,
                None,
            ),
        ] {
            let refusal = ClientMessage::parse(text).unwrap_err().refusal;
            assert_eq!((refusal.code, refusal.field.as_deref()), (code, field), "{text}");
        }
    }

    #[test]
    fn a_broken_command_keeps_its_id() {
        let broken = r#"{"type":"command","id":"c-1","request":{"type":"fly"}}"#;
        assert_eq!(ClientMessage::parse(broken).unwrap_err().id, Some(CommandId::from("c-1")));
    }

    #[test]
    fn an_answer_stays_small_whatever_was_sent() {
        let long = "x".repeat(60_000);
        for text in [
            format!(r#"{{"type":"{long}"}}"#),
            format!(r#"{{"type":"command","id":"{long}","request":{{"type":"{long}"}}}}"#),
            format!(r#"{{"type":"watch","format":"{long}"}}"#),
        ] {
            let unreadable = ClientMessage::parse(&text).unwrap_err();
            assert_eq!(unreadable.id, None);
            assert!(unreadable.refusal.message.len() < 300);
        }
    }
}
