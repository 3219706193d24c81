//! Reads an enum whose tag is a field, by its name alone.
//!
//! Within another such enum serde would take the tag's number too, in the order of the source, so
//! that a new variant would change what old numbers ask for. Invariant: a tag is text.

use serde::Deserialize as _;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::Value;

/// For `#[serde(deserialize_with)]` of a field that holds a tagged enum.
///
/// # Errors
/// What is wrong with the value, in serde's words.
pub(super) fn by_name<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    T::deserialize(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::protocol::{ClientMessage, Request};

    #[test]
    fn a_tag_is_text_at_every_depth() {
        let asked = |kind: &str, step: Value| {
            let step = json!({ "step": step, "level": "1" });
            json!({ "type": kind, "incident": "i", "assignment": "a", "move": step })
        };
        for (request, read) in [
            (asked("move_incident", json!("accept")), true),
            (asked("move_incident", json!(0)), false),
            (asked("move_assignment", json!("take")), true),
            (asked("move_assignment", json!(0)), false),
            (json!({ "type": "sign_off", "shift": "s" }), true),
            (json!({ "type": 1, "shift": "s" }), false),
        ] {
            let over_http = serde_json::from_str::<Request>(&request.to_string());
            assert_eq!(over_http.is_ok(), read, "{request}");
            let message = json!({ "type": "command", "id": "c", "request": request });
            assert_eq!(ClientMessage::parse(&message.to_string()).is_ok(), read, "{message}");
        }
    }
}
