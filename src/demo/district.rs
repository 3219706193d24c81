//! The synthetic map: 永兴街道 with its 22 units and 248 micro-grids.
//!
//! It must not know who lives there. Borders are invented; only names, codes and seat are real.
//! Invariant: the grids tile the outline, with no gap and no overlap.

use std::f64::consts::TAU;

use super::gazetteer::{DISTRICT_CODE, DISTRICT_NAME, SEAT, UNITS, Unit, UnitKind};
use super::mesh::{DegreeRing, Mesh, from_degrees};
use super::random::Random;
use super::voronoi::{Place, Ring, centre, distance_m, even_cells};
use crate::domain::{Area, District, DistrictId, Grid, GridCode};
use crate::spatial::GridPolygon;

/// Another seed is another map.
const MAP_SEED: u64 = 0x5E_A7_06;
/// Half the outline's extent in metres, inside the box 113.15–113.29 E, 30.90–31.03 N.
const HALF_EXTENT_M: [f64; 2] = [6_150.0, 6_700.0];
/// Corners of the outline before it is bent.
const OUTLINE_CORNERS: u32 = 17;

/// The demo's district, whole.
#[derive(Clone, Debug)]
pub struct DemoDistrict {
    /// The district, marked as invented.
    pub district: District,
    /// Its border.
    pub outline: GridPolygon,
    /// Its 22 villages and communities, in order of codes.
    pub areas: Vec<DemoArea>,
    /// Its 248 micro-grids, in order of codes.
    pub grids: Vec<DemoGrid>,
    /// The grids as they lie in the plane, before they are bent; the cells are in the same order.
    pub(super) mesh: Mesh,
}

impl DemoDistrict {
    /// The indexes of the grids of a unit.
    pub(super) fn grids_of(&self, unit: &Unit) -> Vec<usize> {
        let own = |grid: &DemoGrid| grid.grid.area.as_ref() == Some(&unit.code());
        (0..self.grids.len()).filter(|&at| own(&self.grids[at])).collect()
    }

    /// The middle of a grid in the plane.
    pub(super) fn hub(&self, grid: usize) -> Place {
        centre(&self.mesh.corners(grid))
    }
}

/// A village or community.
#[derive(Clone, Debug)]
pub struct DemoArea {
    /// The area: its kind is 社区, 原种场生活区, 园区村 or 普通村.
    pub area: Area,
    /// Whether it is a 园区村 by the demo's choice and not by any report.
    pub chosen: bool,
}

/// A micro-grid and its shape.
#[derive(Clone, Debug)]
pub struct DemoGrid {
    /// The grid: its kind is 楼栋, 小区, 企业车间 or 湾组.
    pub grid: Grid,
    /// Its shape.
    pub shape: GridPolygon,
}

/// The map of 永兴街道, the same at every call.
#[must_use]
pub fn district() -> DemoDistrict {
    let mut random = Random::new(MAP_SEED);
    let shapes = unit_shapes(&mut random);
    let mut grids = Vec::with_capacity(248);
    let mut rings = Vec::with_capacity(248);
    for (unit, shape) in UNITS.iter().zip(&shapes) {
        let mut named = grids_of(unit);
        let mut cells = even_cells(shape, named.len(), None, &mut random);
        // Numbers run outwards from the seat, which keeps the grids of one kind together.
        sort_by_nearness(&mut cells);
        grids.append(&mut named);
        rings.append(&mut cells);
    }
    let mesh = Mesh::join(&rings);
    let shaped = |(index, grid)| DemoGrid { grid, shape: shape(mesh.cell(index)) };
    DemoDistrict {
        district: District {
            id: DistrictId::from(DISTRICT_CODE),
            name: DISTRICT_NAME.to_owned(),
            timezone: "Asia/Shanghai".to_owned(),
            prefix: "YX".to_owned(),
            demo: true,
        },
        outline: shape(mesh.outline()),
        areas: UNITS.iter().map(area_of).collect(),
        grids: grids.into_iter().enumerate().map(shaped).collect(),
        mesh,
    }
}

/// A cell for each unit: the community around the seat, 园区村 next to it, villages beyond.
fn unit_shapes(random: &mut Random) -> Vec<Ring> {
    let outline = outline(random);
    let seat = Some(from_degrees(SEAT));
    let mut cells = even_cells(&outline, UNITS.len(), seat, random);
    sort_by_nearness(&mut cells[1..]);
    let rank = |unit: &Unit| match unit.kind {
        UnitKind::Community => 0,
        UnitKind::ParkVillage => 1,
        UnitKind::LivingArea => 2,
        UnitKind::Village => 3,
    };
    let mut nearest_first: Vec<usize> = (0..UNITS.len()).collect();
    nearest_first.sort_by_key(|&unit| rank(&UNITS[unit]));
    let mut shapes: Vec<(usize, Ring)> = nearest_first.into_iter().zip(cells).collect();
    shapes.sort_by_key(|(unit, _)| *unit);
    shapes.into_iter().map(|(_, cell)| cell).collect()
}

fn sort_by_nearness(cells: &mut [Ring]) {
    let seat = from_degrees(SEAT);
    let from_seat_m = |cell: &Ring| distance_m(centre(cell), seat);
    cells.sort_by(|a, b| from_seat_m(a).total_cmp(&from_seat_m(b)));
}

/// A convex shape between an ellipse and its box.
fn outline(random: &mut Random) -> Ring {
    let corner = |index: u32| -> Place {
        let turn = (f64::from(index) + random.between(-0.3, 0.3)) / f64::from(OUTLINE_CORNERS);
        let (sin, cos) = (turn * TAU).sin_cos();
        let squarer = |part: f64| part.abs().powf(0.75).copysign(part);
        [squarer(cos) * HALF_EXTENT_M[0], squarer(sin) * HALF_EXTENT_M[1]]
    };
    (0..OUTLINE_CORNERS).map(corner).collect()
}

fn area_of(unit: &Unit) -> DemoArea {
    let area =
        Area { code: unit.code(), name: unit.name.to_owned(), kind: unit.kind.label().to_owned() };
    DemoArea { area, chosen: unit.chosen }
}

fn grids_of(unit: &Unit) -> Vec<Grid> {
    let numbered = |&(kind, count): &(&'static str, usize)| (1..=count).map(move |n| (kind, n));
    let grid = |(serial, (kind, number)): (usize, (&str, usize))| Grid {
        code: GridCode::from(format!("{}-{:03}", unit.code(), serial + 1)),
        version: 1,
        name: format!("{}{kind}{number}号网格", unit.name),
        kind: kind.to_owned(),
        area: Some(unit.code()),
    };
    unit.grid_kinds().iter().flat_map(numbered).enumerate().map(grid).collect()
}

fn shape(ring: DegreeRing) -> GridPolygon {
    let geometry = geojson::Geometry::new_polygon(vec![ring]);
    GridPolygon::from_geojson(&geometry).expect("the fixed seed makes valid rings")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::*;
    use crate::spatial::{GridIndex, Point};

    #[test]
    fn the_parts_sum_exactly() {
        let map = district();
        assert_eq!((map.areas.len(), map.grids.len()), (22, 248));
        let mut by_kind = BTreeMap::<_, Vec<usize>>::new();
        for area in &map.areas {
            let own = |grid: &&DemoGrid| grid.grid.area.as_ref() == Some(&area.area.code);
            let count = map.grids.iter().filter(own).count();
            by_kind.entry(area.area.kind.as_str()).or_default().push(count);
        }
        assert_eq!(by_kind["社区"], [24]);
        assert_eq!(by_kind["原种场生活区"], [6]);
        assert_eq!(by_kind["园区村"], [15; 8]);
        assert_eq!(by_kind["普通村"], [9, 9, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8]);
        let chosen = map.areas.iter().filter(|area| area.chosen);
        assert_eq!(chosen.filter(|area| area.area.kind == "园区村").count(), 6);
    }

    #[test]
    fn codes_and_names_are_unique_and_of_their_form() {
        let map = district();
        let names: HashSet<_> = map.grids.iter().map(|grid| &grid.grid.name).collect();
        assert_eq!(names.len(), 248);
        assert!(map.grids.is_sorted_by(|a, b| a.grid.code < b.grid.code));
        let found = map.grids.iter().find(|grid| grid.grid.code.as_str() == "420882002210-003");
        let grid = &found.unwrap().grid;
        assert_eq!(
            (grid.name.as_str(), grid.kind.as_str()),
            ("汪林岗村企业车间3号网格", "企业车间")
        );
    }

    #[test]
    fn grids_tile_the_outline_inside_the_box() {
        let map = district();
        let sum: f64 = map.grids.iter().map(|grid| grid.shape.area_m2()).sum();
        let whole = map.outline.area_m2();
        assert!((sum / whole - 1.0).abs() < 1e-9, "{sum} of {whole}");
        let bounds = map.outline.bounds();
        assert!(bounds.least.lng() >= 113.15 && bounds.most.lng() <= 113.29, "{bounds:?}");
        assert!(bounds.least.lat() >= 30.90 && bounds.most.lat() <= 31.03, "{bounds:?}");
        let areas = || map.grids.iter().map(|grid| grid.shape.area_m2());
        assert!(areas().fold(f64::MAX, f64::min) > 100_000.0);
        assert!(areas().fold(0.0, f64::max) < 2_500_000.0);
    }

    #[test]
    fn no_two_grids_overlap_and_every_border_has_two_equal_sides() {
        let map = district();
        let mut sides = BTreeMap::<_, usize>::new();
        let outline = map.outline.shape().0.iter();
        for polygon in map.grids.iter().flat_map(|grid| &grid.shape.shape().0).chain(outline) {
            for side in polygon.exterior().lines() {
                let ends = [side.start, side.end].map(|at| [at.x.to_bits(), at.y.to_bits()]);
                *sides.entry([ends[0].min(ends[1]), ends[0].max(ends[1])]).or_default() += 1;
            }
        }
        assert!(sides.values().all(|&count| count == 2));
        let grids = map.grids.into_iter().map(|grid| (grid.grid.code, grid.shape)).collect();
        assert_eq!(GridIndex::new(grids).overlaps(), []);
    }

    #[test]
    fn the_seat_lies_in_its_community() {
        let map = district();
        let grids = map.grids.into_iter().map(|grid| (grid.grid.code, grid.shape)).collect();
        let index = GridIndex::new(grids);
        let code = index.locate(Point::new(SEAT[0], SEAT[1]).unwrap()).unwrap();
        assert!(code.as_str().starts_with("420882002001-"), "{code}");
        for (code, grid) in index.grids() {
            assert_eq!(index.locate(grid.label_point()), Some(code));
        }
    }

    #[test]
    fn every_call_draws_the_same_map() {
        let [a, b] = [district(), district()];
        let same = a.grids.iter().zip(&b.grids).all(|(a, b)| a.shape == b.shape);
        assert!(same && a.outline == b.outline);
    }
}
