//! Holds the house: arrows point left, files stay small, every room is known.
//!
//! The judges take sources as values; `examples` proves on small ones that they fail when they
//! should, and this file shows them the real tree.

mod arrows;
mod columns;
mod examples;
mod layers;
mod rust;
mod tree;
mod web;

use std::path::Path;

use layers::Layers;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn crate_keeps_its_layers() {
    let files = tree::read(&root().join("src"), &[".rs"]);
    assert!(files.iter().any(|file| file.path == "lib.rs"), "the crate's own map was not read");
    let faults = rust::faults(&Layers::parse(layers::CRATE), &files);
    assert!(faults.is_empty(), "src/ breaks the house:\n{}", faults.join("\n"));
}

#[test]
fn statements_name_their_columns() {
    let faults = columns::faults(&tree::read(&root().join("src"), &[".rs"]));
    assert!(faults.is_empty(), "src/ breaks the house:\n{}", faults.join("\n"));
}

#[test]
fn web_client_keeps_its_layers() {
    let files = tree::read(&root().join("web-client/src"), &[".ts", ".vue"]);
    assert!(files.iter().any(|file| file.path == "main.ts"), "the client's entry was not read");
    let faults = web::faults(&Layers::parse(layers::WEB), &files);
    assert!(faults.is_empty(), "web-client/src breaks the house:\n{}", faults.join("\n"));
}

/// ARCHITECTURE.md shows the order that is enforced, and has a row for each room that exists.
#[test]
fn architecture_page_names_every_room() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(spaced(&page).contains(&spaced(layers::CRATE)), "the crate's layers differ");
    assert!(spaced(&page).contains(&spaced(layers::WEB)), "the web client's layers differ");
    let map = std::fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    for line in map.lines().filter_map(|line| line.split_once("mod ")) {
        let room = line.1.trim_end_matches(';');
        assert!(page.contains(&format!("| `{room}` |")), "no row for the room `{room}`");
    }
}
