//! The fixtures of `tests/fixtures/protocol`: one for each message, read by both sides.
//!
//! A file is named by its type, `server/ack.json`; events and commands, which carry a type of
//! their own, by both: `server/event_grids_changed.json`, `client/command_sign_on.json`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ts_rs::{Config, TS};

use super::{ClientMessage, CloseReason, Code, EventFrame, PositionFrame, Request, ServerMessage};
use crate::domain::Event;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol")
}

fn read(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name)).expect(name);
    serde_json::from_str(&text).expect(name)
}

fn names(side: &str) -> BTreeSet<String> {
    fs::read_dir(folder().join(side))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".json").to_owned())
        .collect()
}

/// The wire names of a tagged enum's variants, as its TypeScript declaration lists them.
fn variants<T: TS>() -> BTreeSet<String> {
    let declaration = T::decl(&Config::new());
    let found: BTreeSet<String> = declaration
        .split("\"type\": \"")
        .skip(1)
        .map(|rest| rest[..rest.find('"').unwrap()].to_owned())
        .collect();
    assert!(found.len() > 2, "no variants in {declaration}");
    found
}

fn round_trip<T: Serialize + DeserializeOwned>(name: &str) {
    let value = read(name);
    let parsed: T = serde_json::from_value(value.clone()).expect(name);
    assert_eq!(serde_json::to_value(&parsed).unwrap(), value, "{name}");
}

#[test]
fn each_client_message_has_a_fixture() {
    let mut expected = variants::<ClientMessage>();
    assert!(expected.remove("command"));
    expected.extend(variants::<Request>().iter().map(|request| format!("command_{request}")));
    assert_eq!(names("client"), expected);
    for name in expected {
        round_trip::<ClientMessage>(&format!("client/{name}.json"));
    }
}

#[test]
fn each_server_message_and_event_has_a_fixture() {
    let messages = variants::<ServerMessage>();
    let frames: BTreeSet<String> = variants::<Event>()
        .iter()
        .map(|event| format!("event_{event}"))
        .chain(["forget".to_owned(), "watermark".to_owned()])
        .collect();
    assert_eq!(names("server"), messages.union(&frames).cloned().collect());
    for name in messages {
        round_trip::<ServerMessage>(&format!("server/{name}.json"));
    }
    for name in frames {
        round_trip::<EventFrame>(&format!("server/{name}.json"));
    }
}

#[test]
fn a_fixture_is_named_by_its_types() {
    for (side, inner) in [("client", "request"), ("server", "event")] {
        for name in names(side) {
            let value = read(&format!("{side}/{name}.json"));
            let kind = value["type"].as_str().unwrap();
            let named = match value.get(inner) {
                Some(inner) => format!("{kind}_{}", inner["type"].as_str().unwrap()),
                None => kind.to_owned(),
            };
            assert_eq!(named, name);
        }
    }
}

#[test]
fn the_position_frame_is_decoded_and_encoded_as_written() {
    let fixture = read("position_frame.json");
    let hex = fixture["hex"].as_str().unwrap();
    let bytes: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    let frame = PositionFrame::decode(&bytes).unwrap();
    let decoded = json!({
        "audience": frame.audience,
        "generation": frame.generation,
        "full": frame.full,
        "units": frame.units.iter()
            .map(|(index, fix)| json!({ "index": index, "fix": fix }))
            .collect::<Vec<_>>(),
        "removals": frame.removals,
    });
    assert_eq!(decoded, fixture["decoded"]);
    let mut again = String::new();
    for byte in frame.encode() {
        write!(again, "{byte:02x}").unwrap();
    }
    assert_eq!(again, hex);
}

#[test]
fn every_example_of_the_document_is_a_fixture_and_every_fixture_is_shown() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/PROTOCOL.md");
    let document = fs::read_to_string(document).unwrap();
    let mut shown = BTreeSet::new();
    for block in document.split("```json").skip(1) {
        let (head, body) = block.split_once('\n').unwrap();
        let name = head.strip_prefix(" fixture=").expect("an example that is no fixture");
        let (body, _) = body.split_once("```").unwrap();
        assert_eq!(body, fs::read_to_string(folder().join(name)).expect(name), "{name}");
        shown.insert(name.to_owned());
    }
    let all = ["client", "server"]
        .into_iter()
        .flat_map(|side| names(side).into_iter().map(move |name| format!("{side}/{name}.json")));
    assert_eq!(shown, all.chain(["position_frame.json".to_owned()]).collect());
}

#[test]
fn the_document_names_every_code() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/PROTOCOL.md");
    let document = fs::read_to_string(document).unwrap();
    for code in Code::ALL {
        assert!(document.contains(&format!("\n| `{code}` |")), "{code}");
    }
    for reason in CloseReason::ALL {
        assert!(document.contains(&format!("\n| {} |", reason.code())), "{reason:?}");
    }
}
