//! Small trees that the judges must refuse, or let pass. A judge that cannot fail proves nothing.

use super::{
    layers::{self, Layers},
    rust,
    tree::Source,
    web,
};

/// Path and text of each file, and words of the one fault expected; none if it must pass.
type Case<'a> = (&'a str, &'a str, Option<&'a str>);

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

fn judge(case: &Case<'_>, judge: impl Fn(&[Source]) -> Vec<String>) {
    let (path, text, expected) = case;
    let faults = judge(&[source(path, text)]);
    match expected {
        None => assert_eq!(faults, Vec::<String>::new(), "{path} must pass:\n{text}"),
        Some(words) => {
            assert_eq!(faults.len(), 1, "one fault in {path}, got {faults:?}:\n{text}");
            assert!(faults[0].contains(words), "{path}: `{}` lacks `{words}`", faults[0]);
            assert!(faults[0].starts_with(path), "{} names no file", faults[0]);
        }
    }
}

fn crate_case(path: &str, text: &str, expected: Option<&str>) {
    let layers = Layers::parse(layers::CRATE);
    judge(&(path, &format!("//! Room.\n{text}"), expected), |files| rust::faults(&layers, files));
}

#[test]
fn arrows_to_the_left_pass() {
    for (path, text) in [
        ("domain/mod.rs", "use crate::{clock::Clock, spatial::{Point, distance}};"),
        ("domain/incident.rs", "use super::event::Event; use super::super::clock;"),
        ("domain.rs", "pub(crate) fn f() {} pub(super) fn g() {} pub(in crate::domain) fn h() {}"),
        ("store/mod.rs", "mod a { pub use super::super::bus::Bus; }"),
        ("domain.rs", "mod tests { use super::http; }"),
        ("http/mod.rs", "fn f() { let n = self.x as u8; crate::app::App::new::<u8>(); }"),
        ("domain.rs", "/// See [crate::http::Router].\nstruct S;"),
        ("domain.rs", "const S: &str = \"crate::http::Router\";"),
        ("dispatch.rs", "use crate::duty::Roster;"),
        ("hub.rs", "use tokio::sync::mpsc;"),
        ("domain.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\nuse std::fs;\n}"),
        ("main.rs", "fn main() { xunfang::cli::run(); }"),
        ("lib.rs", "pub mod clock;\n/// Doc.\nmod spatial;"),
    ] {
        crate_case(path, text, None);
    }
}

#[test]
fn every_way_to_the_right_is_found() {
    for (path, text) in [
        ("domain.rs", "use crate::http::Router;"),
        ("domain.rs", "use super::http::Router;"),
        ("domain/mod.rs", "use super::http;"),
        ("domain/incident.rs", "use super::super::http::Router;"),
        ("domain/a/b.rs", "fn f() -> super::super::super::http::Router { todo() }"),
        ("domain.rs", "use crate::{clock, spatial::Point, http::{error::Error}};"),
        ("domain.rs", "use {std::fmt, crate::http::Router};"),
        ("domain.rs", "pub use crate::http::Router as Door;"),
        ("domain.rs", "pub(crate) use crate::http;"),
        ("domain.rs", "use self::super::http::Router;"),
        ("domain.rs", "fn f() { crate::http::router(); }"),
        ("domain.rs", "fn f(r: Option<crate::http::Router>) {}"),
        ("domain.rs", "impl From<crate::http::Router> for S {}"),
        ("domain.rs", "fn f() { println!(\"{}\", crate::http::NAME); }"),
        ("domain.rs", "fn f() { tokio_like! { x = 1 => { super::http::go() } } }"),
        ("domain.rs", "macro_rules! m { () => { $crate::http::go() } }"),
        ("domain.rs", "mod tests { use super::super::http::Router; }"),
        ("domain.rs", "mod a { mod b { use super::super::super::http; } }"),
        ("domain.rs", "struct S { #[serde(with = \"crate::http::ms\")] at: i64 }"),
        ("domain.rs", "#[derive(X)] #[x(crate::http::Y)] struct S;"),
        ("domain.rs", "use crate::http::*;"),
        ("domain.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\nuse crate::http;\n}"),
    ] {
        crate_case(path, text, Some("`domain` uses `http`, which is to its right"));
    }
}

#[test]
fn neighbours_unknown_rooms_and_detours_are_refused() {
    for (path, text, expected) in [
        ("ws.rs", "use crate::http::Router;", "stay apart"),
        ("http/mod.rs", "use crate::{app::App, notify};", "stay apart"),
        ("duty.rs", "use crate::dispatch::rank;", "to its right"),
        ("clock.rs", "use crate::spatial::Point;", "to its right"),
        ("domain.rs", "use crate::Thing;", "`Thing` is no known room"),
        ("weather.rs", "fn f() {}", "tests/it/architecture/layers.rs"),
        ("domain.rs", "use crate as root;", "crate's root"),
        ("domain.rs", "use super as root;", "crate's root"),
        ("domain.rs", "use crate::{self as root};", "crate's root"),
        ("domain.rs", "use super::*;", "crate's root"),
        ("domain.rs", "use crate::*;", "crate's root"),
        ("domain.rs", "#[path = \"../http/router.rs\"] mod router;", "#[path]"),
        ("domain.rs", "include!(\"../http/router.rs\");", "include!"),
        ("domain.rs", "extern crate self as x;", "extern crate"),
        ("domain.rs", "#[macro_export] macro_rules! m { () => {} }", "#[macro_export]"),
        ("lib.rs", "pub mod http;\npub use http::Router;", "only `mod name;`"),
        ("lib.rs", "pub mod domain;\npub mod clock;", "`clock` stands below `domain`"),
        ("lib.rs", "pub mod weather;", "`weather` is no known room"),
        ("lib.rs", "mod http { }", "only `mod name;`"),
        ("domain.rs", "use tokio::sync::mpsc;", "`domain` is pure and names `tokio`"),
        ("trend/mod.rs", "fn f() { std::fs::read(p); }", "`trend` is pure and names `std::fs`"),
        ("domain.rs", "fn f( {", "not Rust"),
        ("store/utils.rs", "fn f() {}", "`utils` names nothing"),
    ] {
        crate_case(path, text, Some(expected));
    }
}

#[test]
fn a_file_opens_with_its_purpose() {
    let layers = Layers::parse(layers::CRATE);
    let case = ("domain.rs", "use std::fmt;\n//! Late.", Some("not Rust"));
    judge(&case, |files| rust::faults(&layers, files));
    judge(&("domain.rs", "fn f() {}", Some("opens without `//!`")), |f| rust::faults(&layers, f));
}

#[test]
fn a_long_file_is_refused_but_its_tests_are_free() {
    let body = |lines: usize| "fn f() {}\n".repeat(lines);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", body(400));
    crate_case("domain.rs", &body(rust::MAX_LINES - 1), None);
    crate_case("domain.rs", &format!("{}{tests}", body(rust::MAX_LINES - 1)), None);
    crate_case("domain.rs", &body(rust::MAX_LINES), Some("301 lines before its tests"));
    let long = format!("{}{tests}", body(rust::MAX_LINES));
    crate_case("domain.rs", &long, Some("301 lines before its tests"));
    for decoy in ["#[cfg(test)]\nuse std::fmt;\n", "#[cfg(test)]\nmod vector;\n"] {
        let long = format!("{decoy}{}", body(rust::MAX_LINES));
        crate_case("domain.rs", &long, Some("303 lines before its tests"));
    }
}

#[test]
fn a_file_of_tests_is_free_only_if_its_parent_says_so() {
    let layers = Layers::parse(layers::CRATE);
    let tests =
        source("domain/vector.rs", &format!("//! Vectors.\nuse std::fs;\n{}", "\n".repeat(400)));
    let parent = |line: &str| source("domain/mod.rs", &format!("//! Room.\n{line}"));
    let free = [parent("#[cfg(test)]\nmod vector;"), tests];
    assert_eq!(rust::faults(&layers, &free), Vec::<String>::new());
    let [_, tests] = free;
    let shipped = [parent("mod vector;"), tests];
    assert_eq!(rust::faults(&layers, &shipped).len(), 2, "too long, and not pure");
}

fn web_case(path: &str, text: &str, expected: Option<&str>) {
    let layers = Layers::parse(layers::WEB);
    judge(&(path, text, expected), |files| web::faults(&layers, files));
}

#[test]
fn web_arrows_to_the_left_pass() {
    for (path, text) in [
        ("stores/units.ts", "import { open } from '@/live/socket'\nimport { ref } from 'vue'"),
        ("stores/units.ts", "import { open } from '../live/socket'\nimport './other'"),
        ("views/Desk.vue", "const Map = () => import('@/map/MapView.vue')"),
        ("map/layer.ts", "import { Map } from 'maplibre-gl'"),
        ("map/layer.ts", "import url from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'"),
        ("live/socket.ts", "const socket = new WebSocket(url)"),
        ("stores/units.ts", "export const useUnits = defineStore('units', setup)"),
        ("components/Chip.vue", "// never import from '@/views/Desk.vue'\nconst a = 1"),
        ("App.vue", "import { router } from '@/router'"),
        ("protocol/wire.ts", "// generated by ts-rs\nimport { W } from '@/views/W'"),
    ] {
        web_case(path, text, None);
    }
}

#[test]
fn web_arrows_to_the_right_are_found() {
    for (path, text, expected) in [
        ("live/socket.ts", "import { useUnits } from '@/stores/units'", "`live` uses `stores`"),
        ("live/socket.ts", "import { useUnits } from '../stores/units'", "`live` uses `stores`"),
        ("live/socket.ts", "import type {\n  Unit,\n} from '@/stores'", "`live` uses `stores`"),
        ("live/a/b.ts", "export * from \"../../stores/units\"", "`live` uses `stores`"),
        ("stores/a.ts", "const v = await import(\n  '@/views/Desk.vue'\n)", "`views`"),
        ("stores/a.ts", "import(/* lazy */ '@/views/Desk.vue')", "`views`"),
        ("stores/a.ts", "import '@/components/chip.css'", "`components`"),
        ("map/MapView.vue", "import Chip from '@/components/Chip.vue'", "stay apart"),
        ("components/Chip.vue", "import MapView from '../map/MapView.vue'", "stay apart"),
        ("stores/a.ts", "import { x } from '@/helpers/x'", "`helpers` is no known room"),
        ("helpers/x.ts", "export const x = 1", "`helpers` is no known folder"),
        ("stores/a.ts", "import { app } from '@/main'", "in no folder"),
        ("views/Desk.vue", "import { Map } from 'maplibre-gl'", "only `map` may"),
        ("main.ts", "import 'maplibre-gl/dist/maplibre-gl.css'", "only `map` may"),
        ("stores/a.ts", "const s = new WebSocket(url)", "only `live` may"),
        ("main.ts", "window.WebSocket", "only `live` may"),
        ("views/desk.ts", "const u = defineStore('u', f)", "only `stores` may"),
    ] {
        web_case(path, text, Some(expected));
    }
}

#[test]
fn web_files_stay_small() {
    for (path, lines, expected) in [
        ("views/Desk.vue", 150, None),
        ("views/Desk.vue", 151, Some("151 lines, 150 at most")),
        ("live/socket.ts", 200, None),
        ("live/socket.ts", 201, Some("201 lines, 200 at most")),
        ("protocol/frame.ts", 201, Some("201 lines, 200 at most")),
        ("live/__tests__/socket.spec.ts", 400, None),
    ] {
        web_case(path, &"let a = 1\n".repeat(lines), expected);
    }
    web_case("api/schema.d.ts", &format!("// generated by x\n{}", "a\n".repeat(900)), None);
}
