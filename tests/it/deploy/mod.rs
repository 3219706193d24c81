//! The containers of docker-compose.yml agree with the code: settings, secrets, ports, paths, users.
//! Whether the file is one at all is judged by its published schema: `scripts/compose.sh`.

mod compose;
mod dockerfile;
mod secrets;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Those that run our image.
const NODES: [&str; 2] = ["one", "two"];
/// The one that is reached from outside.
const PROXY: &str = "caddy";

fn path(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

fn read(of: &str) -> String {
    std::fs::read_to_string(path(of)).unwrap_or_else(|error| panic!("{of}: {error}"))
}

/// docker-compose.yml, its merges done.
fn compose() -> Value {
    serde_saphyr::from_str(&read("docker-compose.yml")).unwrap()
}

/// A service by its name.
fn service(compose: &Value, name: &str) -> Value {
    compose["services"][name].clone()
}

/// The words of a list or the names of a map: YAML of Compose allows both in many places.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Object(map) => map.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The words of a Dockerfile's instruction, each time that it stands there; lines are joined.
fn instructions(name: &str) -> Vec<String> {
    let text = read("Dockerfile").replace("\\\n", " ");
    let of = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    of.map(str::to_owned).collect()
}

/// The URL that a health check asks: its port and path.
fn asked(words: &str) -> (u16, String) {
    let (_, rest) = words.split_once("http://127.0.0.1:").expect("it asks itself");
    let url = rest.split(['"', ' ', ']']).next().unwrap_or_default();
    let (port, path) = url.split_once('/').expect("a path");
    (port.parse().expect("a port"), format!("/{path}"))
}
