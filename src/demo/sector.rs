//! The 片区 of the demo: units that lie beside each other around the seat.
//!
//! It must not know people. The grouping is the demo's own; no report names the real one.

use super::district::DemoDistrict;
use super::gazetteer::{COMMUNITY, UNITS};
use super::voronoi::Place;

/// How many 片区.
const SECTORS: usize = 5;

/// Units that lie beside each other.
#[derive(Clone, Debug)]
pub(super) struct Sector {
    /// Its name.
    pub(super) name: String,
    /// Its units by their index, the community in the first one.
    pub(super) units: Vec<usize>,
}

/// All 片区: the units in the order of their bearing from the seat, cut into five.
pub(super) fn sectors(map: &DemoDistrict) -> Vec<Sector> {
    let seat = unit_middle(map, COMMUNITY);
    let bearing = |&unit: &usize| {
        let at = unit_middle(map, unit);
        (at[0] - seat[0]).atan2(at[1] - seat[1])
    };
    let mut around: Vec<usize> = (0..UNITS.len()).filter(|&unit| unit != COMMUNITY).collect();
    around.sort_by(|a, b| bearing(a).total_cmp(&bearing(b)));
    let bounds: Vec<usize> = (0..=SECTORS).map(|n| n * around.len() / SECTORS).collect();
    let mut cut: Vec<Vec<usize>> =
        bounds.windows(2).map(|pair| around[pair[0]..pair[1]].to_vec()).collect();
    cut[0].insert(0, COMMUNITY);
    let named =
        |units: Vec<usize>| Sector { name: format!("{}片区", UNITS[units[0]].stem()), units };
    cut.into_iter().map(named).collect()
}

/// The unit of each grid, by index.
pub(super) fn units_of_grids(map: &DemoDistrict) -> Vec<usize> {
    let codes = UNITS.map(|unit| unit.code());
    let unit = |area: &Option<String>| codes.iter().position(|code| area.as_ref() == Some(code));
    let grids = map.grids.iter().map(|grid| unit(&grid.grid.area));
    grids.map(|unit| unit.expect("every grid of the demo has a unit")).collect()
}

/// The grid nearest to the middle of a unit.
pub(super) fn middle_grid(map: &DemoDistrict, unit: usize) -> usize {
    let middle = unit_middle(map, unit);
    let off_m = |grid: &usize| super::voronoi::distance_m(map.hub(*grid), middle);
    let grids = map.grids_of(&UNITS[unit]);
    let nearest = grids.into_iter().min_by(|a, b| off_m(a).total_cmp(&off_m(b)));
    nearest.expect("every unit has grids")
}

fn unit_middle(map: &DemoDistrict, unit: usize) -> Place {
    let grids = map.grids_of(&UNITS[unit]);
    let share = 1.0 / f64::from(u32::try_from(grids.len()).expect("a unit has few grids"));
    grids
        .iter()
        .map(|&grid| map.hub(grid))
        .fold([0.0, 0.0], |sum, at| [sum[0] + at[0] * share, sum[1] + at[1] * share])
}
