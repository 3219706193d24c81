//! A part of an audience: some forces, in a box of whole tiles.
//!
//! Invariant: viewers who look at about the same place look at the same slice, so that it is made
//! once for all of them; it holds at least what each of them asked for.

use super::viewer::Watch;
use crate::domain::Force;
use crate::protocol::Viewport;
use crate::spatial::Point;

/// Tiles at the finest: some 150 m wide, a street block.
const MAX_ZOOM: u8 = 18;
/// A box is covered by at least about so many tiles across its longer side, so that widening it
/// adds at most half of it on each side.
const ACROSS: f64 = 2.0;
const WORLD_DEG: f64 = 360.0;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slice {
    /// In the order of their values, each once.
    forces: Option<Vec<Force>>,
    tiles: Option<Tiles>,
}

/// Square tiles in degrees, counted from 180° west and 90° south; 2^zoom around the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tiles {
    zoom: u8,
    west: u32,
    south: u32,
    columns: u32,
    rows: u32,
}

impl Slice {
    /// What is watched, if that isn't everything.
    pub(super) fn of(watch: Watch) -> Option<Self> {
        let Watch { forces, viewport, .. } = watch;
        let forces = forces.map(|mut forces| {
            forces.sort_unstable();
            forces.dedup();
            forces
        });
        let tiles = viewport.map(Tiles::cover);
        (forces.is_some() || tiles.is_some()).then_some(Self { forces, tiles })
    }

    /// Whether it shows a unit of this force at this place.
    pub(super) fn shows(&self, force: Force, point: Point) -> bool {
        self.forces.as_ref().is_none_or(|forces| forces.contains(&force))
            && self.tiles.is_none_or(|tiles| tiles.contains(point))
    }
}

impl Tiles {
    /// The tiles that a box touches.
    fn cover(viewport: Viewport) -> Self {
        let Viewport { west, south, east, north } = viewport;
        let width = if west <= east { east - west } else { east - west + WORLD_DEG };
        let longer = width.max(north - south);
        let zoom = (0..=MAX_ZOOM).rev().find(|zoom| size(*zoom) * ACROSS >= longer).unwrap_or(0);
        let (west, south) = (column(zoom, west), row(zoom, south));
        // A box may end in the column where it begins, having gone around the world.
        let columns = match (column(zoom, east) + (1 << zoom) - west) % (1 << zoom) + 1 {
            1 if width > size(zoom) => 1 << zoom,
            columns => columns,
        };
        Self { zoom, west, south, columns, rows: row(zoom, north) - south + 1 }
    }

    fn contains(self, point: Point) -> bool {
        let column =
            (column(self.zoom, point.lng()) + (1 << self.zoom) - self.west) % (1 << self.zoom);
        let row = row(self.zoom, point.lat());
        column < self.columns && (self.south..self.south + self.rows).contains(&row)
    }
}

fn size(zoom: u8) -> f64 {
    WORLD_DEG / f64::from(1_u32 << zoom)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the world")]
fn column(zoom: u8, lng: f64) -> u32 {
    ((lng + 180.0) / size(zoom)) as u32 % (1 << zoom)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the world")]
fn row(zoom: u8, lat: f64) -> u32 {
    ((lat + 90.0) / size(zoom)) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slice(west: f64, south: f64, east: f64, north: f64) -> Slice {
        let viewport = Some(Viewport { west, south, east, north });
        Slice::of(Watch { viewport, ..Watch::default() }).unwrap()
    }

    fn shows(slice: &Slice, lng: f64, lat: f64) -> bool {
        slice.shows(Force::Guard, Point::new(lng, lat).unwrap())
    }

    #[test]
    fn those_who_look_at_about_the_same_place_share_it() {
        let one = slice(113.205, 30.951, 113.243, 30.979);
        assert_eq!(one, slice(113.206, 30.953, 113.245, 30.977));
        assert_ne!(one, slice(113.301, 30.951, 113.343, 30.979));
        assert!(!shows(&one, 113.31, 30.96));
        assert_eq!(Slice::of(Watch::default()), None);
    }

    #[test]
    fn the_forces_are_a_set() {
        let of = |forces: &[Force]| {
            Slice::of(Watch { forces: Some(forces.to_vec()), ..Watch::default() }).unwrap()
        };
        let both = of(&[Force::Police, Force::Guard, Force::Police]);
        assert_eq!(both, of(&[Force::Guard, Force::Police]));
        let point = Point::new(0.0, 0.0).unwrap();
        assert!(both.shows(Force::Guard, point) && !both.shows(Force::Volunteer, point));
        assert!(!of(&[]).shows(Force::Guard, point));
    }

    #[test]
    fn a_box_may_be_the_world_or_cross_its_seam_or_be_a_point() {
        let world = slice(-180.0, -90.0, 180.0, 90.0);
        let nearly = slice(-179.9, -90.0, -179.95, 90.0);
        let seam = slice(170.0, -10.0, -170.0, 10.0);
        let point = slice(113.0, 30.0, 113.0, 30.0);
        for (lng, lat) in [(-180.0, -90.0), (180.0, 90.0), (0.0, 0.0)] {
            assert!(shows(&world, lng, lat) && shows(&nearly, lng, lat), "{lng} {lat}");
        }
        for lng in [170.0, 180.0, -180.0, -170.0] {
            assert!(shows(&seam, lng, 0.0), "{lng}");
        }
        assert!(!shows(&seam, 0.0, 0.0));
        assert!(shows(&point, 113.0, 30.0) && !shows(&point, 113.01, 30.0));
    }

    proptest! {
        #[test]
        fn it_holds_all_of_its_box_and_little_more(
            west in -180.0..180.0f64, width in 0.0..350.0f64,
            south in -90.0..90.0f64, height in 0.0..180.0f64,
            x in 0.0..=1.0f64, y in 0.0..=1.0f64,
        ) {
            let wrap = |lng: f64| if lng > 180.0 { lng - 360.0 } else { lng };
            let north = (south + height).min(90.0);
            let slice = slice(west, south, wrap(west + width), north);
            let lat = (south + y * (north - south)).min(north);
            prop_assert!(shows(&slice, wrap(west + x * width), lat));
            let tiles = slice.tiles.unwrap();
            prop_assert!(tiles.columns <= 3 && tiles.rows <= 3, "{tiles:?}");
        }
    }
}
