//! Judges the crate: arrows, sizes, names and opening lines of `src/**/*.rs`.
//!
//! Takes sources as values and returns faults as sentences, so that the judge itself is tested.
//! Invariant: a path, a file or a name that isn't understood is a fault, never a silence.

use syn::{Attribute, File, Item, ItemMod, spanned::Spanned};

use super::{
    arrows::reach,
    layers::{Layers, WHERE},
    tree::Source,
};

/// Lines a file may have before its tests.
pub(super) const MAX_LINES: usize = 300;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 8] =
    ["common", "helper", "helpers", "manager", "misc", "service", "util", "utils"];

/// Rooms whose logic returns values and leaves I/O to the edges (rule 4).
const PURE: [&str; 8] =
    ["spatial", "domain", "auth", "duty", "dispatch", "trend", "export", "protocol"];

/// Crates and modules by which a room would do I/O.
const EDGES: [&str; 8] =
    ["tokio", "sqlx", "axum", "redis", "std::fs", "std::net", "std::process", "std::thread"];

/// Every fault of these files; their paths begin below `src/`.
pub(super) fn faults(layers: &Layers, files: &[Source]) -> Vec<String> {
    let trees: Vec<_> = files.iter().map(|file| (file, syn::parse_file(&file.text))).collect();
    let is_test_only = |file: &Source| {
        trees.iter().any(|(parent, tree)| tree.as_ref().is_ok_and(|t| lends(parent, t, file)))
    };
    let mut found = Vec::new();
    for (file, tree) in &trees {
        match tree {
            Ok(tree) if is_test_only(file) => found.extend(file_faults(layers, file, tree, 1)),
            Ok(tree) => found.extend(file_faults(layers, file, tree, tests_start(tree))),
            Err(error) => found.push(file.fault(1, &format!("not Rust: {error}"))),
        }
    }
    found
}

/// The faults of a file whose tests begin at the line `tests_at`.
fn file_faults(layers: &Layers, file: &Source, tree: &File, tests_at: usize) -> Vec<String> {
    let mut found = page_faults(file, tests_at);
    match module(&file.path).as_slice() {
        ["lib"] => found.extend(map_faults(layers, file, tree)),
        ["main"] => {}
        module if layers.knows(module[0]) => {
            found.extend(arrow_faults(layers, file, module));
            found.extend(edge_faults(file, module, tests_at));
        }
        [room, ..] => found.push(file.fault(1, &format!("`{room}` is no known room: {WHERE}"))),
        [] => found.push(file.fault(1, "a file without a module")),
    }
    found
}

/// `store/incident.rs` is `store::incident`; `store/mod.rs` and `store.rs` are `store`.
fn module(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    if parts.len() > 1 && parts.last() == Some(&"mod") {
        parts.pop();
    }
    parts
}

/// The line at which an inline `#[cfg(test)] mod` begins; past the end if there is none.
fn tests_start(tree: &File) -> usize {
    let inline = test_modules(tree).filter(|tests| tests.content.is_some());
    inline.map(|tests| tests.span().start().line).min().unwrap_or(usize::MAX)
}

/// Whether `parent` declares `file`, or a folder above it, as `#[cfg(test)] mod name;`.
fn lends(parent: &Source, tree: &File, file: &Source) -> bool {
    let (above, below) = (module(&parent.path), module(&file.path));
    test_modules(tree).filter(|tests| tests.content.is_none()).any(|tests| {
        let rest = below.strip_prefix(above.as_slice());
        rest.is_some_and(|rest| rest.first().is_some_and(|name| tests.ident == name))
    })
}

fn test_modules(tree: &File) -> impl Iterator<Item = &ItemMod> {
    tree.items.iter().filter_map(|item| match item {
        Item::Mod(tests) if tests.attrs.iter().any(is_cfg_test) => Some(tests),
        _ => None,
    })
}

fn is_cfg_test(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
        && attr.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
}

fn page_faults(file: &Source, tests_at: usize) -> Vec<String> {
    let mut found = Vec::new();
    if !file.text.starts_with("//!") {
        found.push(file.fault(1, "opens without `//!` (what for, what it must not know)"));
    }
    let lines = file.text.lines().count().min(tests_at.saturating_sub(1));
    if lines > MAX_LINES {
        let crowded = format!("{lines} lines before its tests, {MAX_LINES} at most: split it");
        found.push(file.fault(lines, &crowded));
    }
    for name in module(&file.path).into_iter().filter(|name| EMPTY_NAMES.contains(name)) {
        found.push(file.fault(1, &format!("`{name}` names nothing: say what is inside")));
    }
    found
}

/// `lib.rs` is the crate's map: modules and nothing to reach a room by another name.
fn map_faults(layers: &Layers, file: &Source, tree: &File) -> Vec<String> {
    let mut found = Vec::new();
    let mut above: Option<String> = None;
    for item in &tree.items {
        let line = item.span().start().line;
        match item {
            Item::Mod(room) if room.content.is_none() => {
                let name = room.ident.to_string();
                if !layers.knows(&name) {
                    found.push(file.fault(line, &format!("`{name}` is no known room: {WHERE}")));
                } else if let Some(above) = above.replace(name.clone())
                    && layers.reads_backwards(&above, &name)
                {
                    found.push(file.fault(line, &format!("`{name}` stands below `{above}`")));
                }
            }
            _ => found.push(file.fault(line, "lib.rs is the map: only `mod name;` stands here")),
        }
    }
    found
}

fn arrow_faults(layers: &Layers, file: &Source, module: &[&str]) -> Vec<String> {
    let here: Vec<String> = module.iter().map(|&part| part.to_owned()).collect();
    let reach = match reach(&here, &file.text) {
        Ok(reach) => reach,
        Err(error) => return vec![file.fault(1, &error)],
    };
    let detours = reach.detours.iter().map(|(line, reason)| file.fault(*line, reason));
    let arrows = reach.arrows.iter().filter_map(|(line, path)| {
        let reason = match path.first() {
            None => Some("takes the crate's root under another name: name the room".to_owned()),
            Some(room) => layers.refusal(module[0], room),
        };
        reason.map(|reason| file.fault(*line, &reason))
    });
    detours.chain(arrows).collect()
}

fn edge_faults(file: &Source, module: &[&str], tests_at: usize) -> Vec<String> {
    if !PURE.contains(&module[0]) {
        return Vec::new();
    }
    let lines = file.text.lines().zip(1..).take_while(|(_, line)| *line < tests_at);
    lines
        .filter(|(text, _)| !text.trim_start().starts_with("//"))
        .flat_map(|(text, line)| {
            let edges = EDGES.iter().filter(move |edge| names(text, edge));
            edges.map(move |edge| {
                file.fault(line, &format!("`{}` is pure and names `{edge}`", module[0]))
            })
        })
        .collect()
}

/// Whether the line uses `edge` as a path of its own, not as a part of a longer word.
fn names(text: &str, edge: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    text.match_indices(edge).any(|(at, _)| {
        let after = text[at + edge.len()..].chars().next();
        let whole = !text[..at].ends_with(is_word) && !after.is_some_and(|c| c.is_alphanumeric());
        let used = edge.contains("::")
            || text[at + edge.len()..].starts_with("::")
            || text[..at].trim_end().ends_with("use");
        whole && used && after != Some('_')
    })
}
