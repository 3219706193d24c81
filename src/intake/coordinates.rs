//! In which order and datum a file's coordinates stand: held against where the district lies.
//!
//! Invariant: it finds out and asks; nothing is turned round or moved that nobody was asked about.

use serde::Serialize;

use crate::domain::GridCode;
use crate::domain::party::named_enum;
use crate::spatial::{Bounds, Datum, GridIndex, GridPolygon, Point, PointError};

/// Pairs that are tried; a stride over the file takes them from all of it.
const MOST_TRIED: usize = 2_000;
/// Another reading must place this many more of a hundred, so that a few points drawn just
/// beyond the border raise no question.
const BETTER_PERCENT: usize = 2;

/// What was shifted there and back is the same again: to 1e-8 degrees, a millimetre.
const SHIFT_DIGITS: f64 = 1e8;

named_enum!(
    /// How a pair of numbers is to be read.
    Coordinates {
        /// Longitude, latitude; WGS-84.
        Wgs84 = "wgs84",
        /// Longitude, latitude; GCJ-02.
        Gcj02 = "gcj02",
        /// Longitude, latitude; BD-09.
        Bd09 = "bd09",
        /// Latitude, longitude; WGS-84.
        Swapped = "swapped",
        /// Latitude, longitude; GCJ-02.
        Gcj02Swapped = "gcj02_swapped",
        /// Latitude, longitude; BD-09.
        Bd09Swapped = "bd09_swapped",
    }
);

impl Coordinates {
    /// The place that a pair of numbers names.
    ///
    /// # Errors
    /// [`PointError`] when it is none.
    pub fn point(self, [first, second]: [f64; 2]) -> Result<Point, PointError> {
        let (lng, lat) = match self {
            Self::Wgs84 | Self::Gcj02 | Self::Bd09 => (first, second),
            Self::Swapped | Self::Gcj02Swapped | Self::Bd09Swapped => (second, first),
        };
        let datum = match self {
            Self::Wgs84 | Self::Swapped => Datum::Wgs84,
            Self::Gcj02 | Self::Gcj02Swapped => Datum::Gcj02,
            Self::Bd09 | Self::Bd09Swapped => Datum::Bd09,
        };
        let point = datum.to_wgs84(lng, lat)?;
        if datum == Datum::Wgs84 {
            return Ok(point);
        }
        let rounded = |degrees: f64| (degrees * SHIFT_DIGITS).round() / SHIFT_DIGITS;
        Point::new(rounded(point.lng()), rounded(point.lat()))
    }
}

/// A pair as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    /// Two numbers.
    pub(super) at: [f64; 2],
    /// The micro-grid that its row says it is in.
    pub(super) grid: Option<GridCode>,
    /// Whether it is a corner of a shape, which may well lie beside those that stand.
    pub(super) corner: bool,
}

/// Where the district lies, as far as it is known.
#[derive(Debug)]
pub struct Ground {
    grids: GridIndex<GridCode>,
    outline: GridIndex<()>,
    /// The box around all of it, grown by its own size on every side.
    near: Option<Bounds>,
}

impl Ground {
    /// From the micro-grids that stand, and the outline.
    pub fn new(grids: Vec<(GridCode, GridPolygon)>, outline: Option<GridPolygon>) -> Self {
        let near = near(grids.iter().map(|(_, shape)| shape).chain(&outline));
        let outline = outline.map(|outline| ((), outline)).into_iter().collect();
        Self { grids: GridIndex::new(grids), outline: GridIndex::new(outline), near }
    }

    /// Whether a point is near enough that somebody may have meant it.
    fn is_near(&self, point: Point) -> bool {
        self.near.is_none_or(|near| {
            (near.least.lng()..=near.most.lng()).contains(&point.lng())
                && (near.least.lat()..=near.most.lat()).contains(&point.lat())
        })
    }

    /// Whether a pair, read so, may be meant.
    fn fits(&self, pair: &Pair, point: Point) -> bool {
        let unknown = pair.grid.as_ref().is_none_or(|grid| !self.has_grid(grid));
        if pair.corner && unknown && self.outline.grids().is_empty() {
            return self.is_near(point);
        }
        self.holds(point, pair.grid.as_ref())
    }

    /// The micro-grid that a point lies in.
    pub(super) fn locate(&self, point: Point) -> Option<&GridCode> {
        self.grids.locate(point)
    }

    /// Whether the district has a micro-grid of this code.
    pub(super) fn has_grid(&self, code: &GridCode) -> bool {
        self.grids.grids().binary_search_by(|(known, _)| known.cmp(code)).is_ok()
    }

    /// Whether there are micro-grids at all.
    pub(super) fn has_grids(&self) -> bool {
        !self.grids.grids().is_empty()
    }

    /// Whether a point may be one of the district's; where nothing is known, any may.
    pub(super) fn holds(&self, point: Point, grid: Option<&GridCode>) -> bool {
        let located = self.grids.locate(point);
        match grid.filter(|grid| self.has_grid(grid)) {
            Some(grid) => located == Some(grid),
            None if self.outline.grids().is_empty() => !self.has_grids() || located.is_some(),
            None => self.outline.locate(point).is_some(),
        }
    }
}

fn near<'s>(shapes: impl Iterator<Item = &'s GridPolygon>) -> Option<Bounds> {
    let mut sides: Option<[f64; 4]> = None;
    for Bounds { least, most } in shapes.map(GridPolygon::bounds) {
        let [west, south, east, north] =
            sides.unwrap_or([least.lng(), least.lat(), most.lng(), most.lat()]);
        sides = Some([
            west.min(least.lng()),
            south.min(least.lat()),
            east.max(most.lng()),
            north.max(most.lat()),
        ]);
    }
    let [west, south, east, north] = sides?;
    let (wide, high) = (east - west, north - south);
    let within = |lng: f64, lat: f64| Point::new(lng.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0));
    let least = within(west - wide, south - high).ok()?;
    Some(Bounds { least, most: within(east + wide, north + high).ok()? })
}

/// What must be answered before a file is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CoordinateQuestion {
    /// Which answer it asks for: `coordinates`.
    #[schema(example = "coordinates")]
    pub id: &'static str,
    /// The reading that fits, or `wgs84_outside` when none does.
    pub found: &'static str,
    /// The answers.
    pub choices: Vec<Coordinates>,
    /// Under each of them, how many of the tried points fall into the district.
    pub inside: Vec<usize>,
    /// How many points were tried.
    pub tried: usize,
    /// The answer that fits best.
    pub suggested: Coordinates,
}

impl CoordinateQuestion {
    /// The question as a sentence.
    pub fn sentence(&self) -> String {
        let (as_it_is, tried) = (self.inside[0], self.tried);
        let most = self.inside.iter().max().copied().unwrap_or(0);
        if self.suggested == Coordinates::Wgs84 {
            return format!(
                "only {as_it_is} of {tried} points lie in the district, and no other reading of \
                 the coordinates places more"
            );
        }
        format!(
            "the coordinates look like {}: read so, {most} of {tried} points lie in the district, \
             and {as_it_is} as they are",
            self.found
        )
    }
}

/// What must be asked about these pairs, or nothing if they fit as they are.
pub(super) fn question(ground: &Ground, pairs: &[Pair]) -> Option<CoordinateQuestion> {
    let may_be = |pair: &&Pair| {
        let [a, b] = pair.at;
        let (least, most) = (a.abs().min(b.abs()), a.abs().max(b.abs()));
        least <= 90.0 && most <= 180.0 && most > 0.0
    };
    let possible: Vec<&Pair> = pairs.iter().filter(may_be).collect();
    let stride = possible.len().div_ceil(MOST_TRIED).max(1);
    let tried: Vec<&Pair> = possible.into_iter().step_by(stride).collect();
    let fits = |reading: Coordinates, pair: &Pair| {
        reading.point(pair.at).is_ok_and(|point| ground.fits(pair, point))
    };
    let count = |reading: &Coordinates| tried.iter().filter(|pair| fits(*reading, pair)).count();
    let inside: Vec<usize> = Coordinates::ALL.iter().map(count).collect();
    let most = inside.iter().copied().max().unwrap_or(0);
    let best = inside.iter().position(|count| *count == most).unwrap_or(0);
    let margin = (tried.len() * BETTER_PERCENT).div_ceil(100).max(1);
    let is_near =
        |pair: &&&Pair| Coordinates::Wgs84.point(pair.at).is_ok_and(|point| ground.is_near(point));
    let near = tried.iter().filter(is_near).count();
    let (found, suggested) = if best > 0 && most - inside[0] >= margin {
        (Coordinates::ALL[best].as_str(), Coordinates::ALL[best])
    } else if near * 2 < tried.len() {
        ("wgs84_outside", Coordinates::Wgs84)
    } else {
        return None;
    };
    let (choices, tried) = (Coordinates::ALL.to_vec(), tried.len());
    Some(CoordinateQuestion { id: "coordinates", found, choices, inside, tried, suggested })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// About 12 km square around the seat.
    fn square(west: f64, south: f64, wide: f64) -> GridPolygon {
        let (east, north) = (west + wide, south + wide);
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        GridPolygon::from_geojson(&geojson::Geometry::new_polygon(vec![ring.to_vec()])).unwrap()
    }

    fn ground() -> Ground {
        Ground::new(Vec::new(), Some(square(113.15, 30.90, 0.13)))
    }

    /// A lattice that fills the district, as `write` writes it.
    fn pairs(write: impl Fn(Point) -> [f64; 2]) -> Vec<Pair> {
        let at = |n: u32| 0.001 + f64::from(n) * 0.0067;
        let lattice = (0..400).map(|n| (113.15 + at(n % 20), 30.90 + at(n / 20)));
        let point = |(lng, lat)| Point::new(lng, lat).unwrap();
        lattice.map(|place| Pair { at: write(point(place)), grid: None, corner: false }).collect()
    }

    fn turned([a, b]: [f64; 2]) -> [f64; 2] {
        [b, a]
    }

    #[test]
    fn every_order_and_datum_is_found_and_asked() {
        let wgs84 = |point: Point| [point.lng(), point.lat()];
        assert_eq!(question(&ground(), &pairs(wgs84)), None);
        type Write = Box<dyn Fn(Point) -> [f64; 2]>;
        let cases: [(&str, Write); 6] = [
            ("gcj02", Box::new(|p| Datum::Gcj02.from_wgs84(p))),
            ("bd09", Box::new(|p| Datum::Bd09.from_wgs84(p))),
            ("swapped", Box::new(move |p| turned(wgs84(p)))),
            ("gcj02_swapped", Box::new(|p| turned(Datum::Gcj02.from_wgs84(p)))),
            ("bd09_swapped", Box::new(|p| turned(Datum::Bd09.from_wgs84(p)))),
            ("wgs84_outside", Box::new(|p| [p.lng() + 1.0, p.lat()])),
        ];
        for (found, write) in cases {
            let pairs = pairs(write);
            let question = question(&ground(), &pairs).unwrap();
            assert_eq!(question.found, found, "{question:?}");
            if found != "wgs84_outside" {
                assert_eq!(question.suggested.as_str(), found);
                assert_eq!(question.inside.iter().max(), Some(&question.tried));
                let back = question.suggested.point(pairs[0].at).unwrap();
                assert!(back.distance_m(Point::new(113.151, 30.901).unwrap()) < 1e-6);
            }
        }
    }

    #[test]
    fn a_stated_grid_tells_a_shift_that_stays_in_the_district() {
        let code = |code: &str| GridCode::from(code);
        let grids = vec![
            (code("west"), square(113.15, 30.95, 0.05)),
            (code("east"), square(113.20, 30.95, 0.05)),
        ];
        let ground = Ground::new(grids, Some(square(113.0, 30.8, 0.4)));
        let [lng, lat] = Datum::Gcj02.from_wgs84(Point::new(113.197, 30.97).unwrap());
        let pair =
            |grid: Option<&str>| Pair { at: [lng, lat], grid: grid.map(code), corner: false };
        assert_eq!(question(&ground, &[pair(None)]), None);
        assert_eq!(question(&ground, &[pair(Some("west"))]).unwrap().found, "gcj02");
        assert_eq!(question(&ground, &[pair(Some("unknown"))]), None);
    }

    #[test]
    fn where_nothing_is_known_only_the_impossible_is_asked_about() {
        let nowhere = Ground::new(Vec::new(), None);
        let pair = |a, b| Pair { at: [a, b], grid: None, corner: false };
        let swapped = question(&nowhere, &[pair(30.9, 113.2)]).unwrap();
        assert_eq!((swapped.found, swapped.suggested), ("swapped", Coordinates::Swapped));
        for pairs in [&[pair(113.2, 30.9)][..], &[], &[pair(0.0, 0.0)], &[pair(5e5, 2e5)]] {
            assert_eq!(question(&nowhere, pairs), None, "{pairs:?}");
        }
        // New shapes beside those that stand are a map that grows.
        let grids = vec![(GridCode::from("old"), square(113.20, 30.95, 0.01))];
        let growing = Ground::new(grids, None);
        let beside = Pair { at: [113.215, 30.955], grid: Some("new".into()), corner: true };
        assert_eq!(question(&growing, std::slice::from_ref(&beside)), None);
        let turned = Pair { at: [30.955, 113.215], ..beside };
        assert_eq!(question(&growing, &[turned]).unwrap().found, "swapped");
        // A few beyond the border are no reason to ask.
        let mut mostly = pairs(|point| [point.lng(), point.lat()]);
        mostly.extend((0..4).map(|_| pair(113.2805, 30.95)));
        assert_eq!(question(&ground(), &mostly), None);
    }
}
