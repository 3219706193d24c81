//! The order of rooms, written as the house writes it: `a, b → c → { d | e }`.
//!
//! Knows no file and no language: the crate and the web client share it.
//! Invariant: a room may use only rooms to its left, and rooms parted by `|` don't use each other.

/// The crate's rooms. A new room is added here, in its place, and to the table of ARCHITECTURE.md.
pub(super) const CRATE: &str = "clock, spatial → domain → auth → duty, dispatch → trend → export \
    → protocol → client → hub → bus → store → feed → intake → command → timer → app \
    → { ws | http | gateway | notify } → config → server → demo → cli";

/// The web client's folders below `web-client/src`.
pub(super) const WEB: &str = "assets, protocol, api, i18n → live → stores → composables \
    → { map | components } → views → router";

/// Where to add a room that no line names.
pub(super) const WHERE: &str = "give it its place in tests/it/architecture/layers.rs";

/// Layers from left to right.
pub(super) struct Layers(Vec<Layer>);

struct Layer {
    rooms: Vec<String>,
    apart: bool,
}

impl Layers {
    /// Reads `a, b → { c | d }`: within a layer, commas order and bars part.
    pub(super) fn parse(line: &str) -> Self {
        Self(line.split('→').map(Layer::parse).collect())
    }

    /// Whether the line names this room.
    pub(super) fn knows(&self, room: &str) -> bool {
        self.place(room).is_some()
    }

    /// Whether a reader who goes from left to right meets `later` before `earlier`.
    pub(super) fn reads_backwards(&self, earlier: &str, later: &str) -> bool {
        self.place(later).map(|place| place.0) < self.place(earlier).map(|place| place.0)
    }

    /// Why `from` may not use `to`, or nothing if it may.
    pub(super) fn refusal(&self, from: &str, to: &str) -> Option<String> {
        let (Some(here), Some(there)) = (self.place(from), self.place(to)) else {
            let unknown = if self.knows(from) { to } else { from };
            return Some(format!("`{unknown}` is no known room: {WHERE}"));
        };
        let apart = here.0 == there.0 && self.0[here.0].apart;
        if from == to || (there < here && !apart) {
            None
        } else if apart {
            Some(format!("`{from}` uses `{to}`, its neighbour: rooms in braces stay apart"))
        } else {
            Some(format!("`{from}` uses `{to}`, which is to its right"))
        }
    }

    fn place(&self, room: &str) -> Option<(usize, usize)> {
        self.0.iter().enumerate().find_map(|(layer, Layer { rooms, .. })| {
            rooms.iter().position(|name| name == room).map(|seat| (layer, seat))
        })
    }
}

impl Layer {
    fn parse(text: &str) -> Self {
        let apart = text.contains('|');
        let bare = text.trim().trim_start_matches('{').trim_end_matches('}');
        let rooms = bare.split(['|', ',']).map(|room| room.trim().to_owned()).collect();
        Self { rooms, apart }
    }
}

#[test]
fn layers_order_by_comma_and_part_by_bar() {
    let layers = Layers::parse("a, b → c → { d | e } → f");
    for (from, to, allowed) in [
        ("b", "a", true),
        ("a", "b", false),
        ("c", "b", true),
        ("a", "c", false),
        ("c", "c", true),
        ("d", "e", false),
        ("e", "d", false),
        ("e", "c", true),
        ("f", "e", true),
        ("d", "f", false),
        ("c", "x", false),
        ("x", "c", false),
    ] {
        assert_eq!(layers.refusal(from, to).is_none(), allowed, "{from} uses {to}");
    }
}
