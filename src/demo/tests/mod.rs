//! The demo as a whole, held against the report's numbers and the rules of duty.

mod places;
mod roster;
mod walk;

use std::sync::LazyLock;

use super::DemoWorld;
use crate::clock::Zone;

/// 2026-11-24 20:05 in Shanghai, a Tuesday.
const TUESDAY_EVENING_MS: i64 = 1_795_521_900_000;

static WORLD: LazyLock<DemoWorld> = LazyLock::new(DemoWorld::new);

fn zone() -> Zone {
    WORLD.map.district.timezone.parse().unwrap()
}
