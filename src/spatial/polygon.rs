//! The shape of a micro-grid: one or more polygons, with holes or without.
//!
//! It must not know the grid's code or district.
//! Invariant: the rings are closed, wound as RFC 7946 asks, in the world, free of crossings, and
//! enclose an area.

use geo::algorithm::validation::{InvalidMultiPolygon, Validation};
use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::orient::{Direction, Orient};
use geo::{
    BooleanOps, BoundingRect, Coord, GeodesicArea, InteriorPoint, LineString, LinesIter,
    MultiPolygon, Polygon,
};
use geojson::{GeometryValue, LineStringType, PolygonType};
use serde::{Deserialize, Serialize};

use super::crossing::first_crossing;
use super::edge::covers;
use super::{Point, PointError};

/// Less than this encloses nothing: a ring folded onto itself, or one of rounding errors.
const LEAST_AREA_M2: f64 = 0.01;

/// Every edge is compared with every other, so a shape of more points could hold a core for
/// seconds; real outlines of this detail can be simplified without a visible change.
const MOST_POINTS: usize = 10_000;

/// A micro-grid's shape, WGS-84; in JSON a GeoJSON `Polygon` or `MultiPolygon`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "geojson::Geometry", into = "geojson::Geometry")]
pub struct GridPolygon(MultiPolygon<f64>);

impl TryFrom<geojson::Geometry> for GridPolygon {
    type Error = GridPolygonError;

    fn try_from(geometry: geojson::Geometry) -> Result<Self, GridPolygonError> {
        Self::from_geojson(&geometry)
    }
}

impl From<GridPolygon> for geojson::Geometry {
    fn from(grid: GridPolygon) -> Self {
        grid.to_geojson()
    }
}

/// The corners of an upright box that encloses a shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// West and south.
    pub least: Point,
    /// East and north.
    pub most: Point,
}

/// Why a geometry can't be a grid's shape; rings are counted from 1 over the whole geometry.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GridPolygonError {
    /// Another kind of geometry.
    #[error("a grid is a Polygon or a MultiPolygon, not a {0}")]
    Kind(&'static str),
    /// No polygon, or a polygon without a ring.
    #[error("the geometry is empty")]
    Empty,
    /// Fewer than four points.
    #[error("ring {ring} has {points} points; a closed ring has at least 4")]
    TooFewPoints {
        /// Which ring.
        ring: usize,
        /// How many points it has.
        points: usize,
    },
    /// More points than are checked.
    #[error("the geometry has more than {MOST_POINTS} points")]
    TooManyPoints,
    /// The last point isn't the first.
    #[error("ring {ring} isn't closed: its last point differs from its first")]
    Open {
        /// Which ring.
        ring: usize,
    },
    /// A point that isn't one.
    #[error("ring {ring}: {reason}")]
    Point {
        /// Which ring.
        ring: usize,
        /// What is wrong with it.
        reason: PointError,
    },
    /// All points on one line, or next to nothing enclosed.
    #[error("ring {ring} encloses no area")]
    NoArea {
        /// Which ring.
        ring: usize,
    },
    /// Rings that cross themselves or each other, or holes outside their shell.
    #[error("the rings are broken: {why}{}", crossing_at(.at))]
    Broken {
        /// As the check says it.
        why: InvalidMultiPolygon,
        /// Longitude and latitude of a crossing, where one was found.
        at: Option<[f64; 2]>,
    },
}

impl GridPolygon {
    /// Reads and checks a GeoJSON geometry; its rings are rewound to RFC 7946.
    pub fn from_geojson(geometry: &geojson::Geometry) -> Result<Self, GridPolygonError> {
        let mut rings = RingReader::default();
        let polygons = match &geometry.value {
            GeometryValue::Polygon { coordinates } => vec![rings.polygon(coordinates)?],
            GeometryValue::MultiPolygon { coordinates } => coordinates
                .iter()
                .map(|polygon| rings.polygon(polygon))
                .collect::<Result<_, _>>()?,
            other => return Err(GridPolygonError::Kind(other.type_name())),
        };
        if polygons.is_empty() {
            return Err(GridPolygonError::Empty);
        }
        let polygons = MultiPolygon::new(polygons);
        polygons.check_validation().map_err(|why| {
            let at = first_crossing(&polygons).map(|at| [at.x, at.y]);
            GridPolygonError::Broken { why, at }
        })?;
        let grid = Self(polygons.orient(Direction::Default));
        if grid.area_m2() < LEAST_AREA_M2 {
            return Err(GridPolygonError::NoArea { ring: 1 });
        }
        Ok(grid)
    }

    /// The same shape as GeoJSON, a `Polygon` if it has one part.
    #[must_use]
    pub fn to_geojson(&self) -> geojson::Geometry {
        geojson::Geometry::new(match self.0.0.as_slice() {
            [one] => GeometryValue::from(one),
            _ => GeometryValue::from(&self.0),
        })
    }

    /// The enclosed area in m², on the ellipsoid.
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        area_m2(&self.0)
    }

    /// The box around it, west-south and east-north.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let bounds = self.0.bounding_rect().expect("a grid has a ring");
        Bounds { least: known_point(bounds.min()), most: known_point(bounds.max()) }
    }

    /// A point well inside the shape, for a label or a stand-in position.
    #[must_use]
    pub fn label_point(&self) -> Point {
        known_point(self.0.interior_point().expect("a grid has an area").0)
    }

    /// Whether `point` lies inside or on an edge, exactly.
    #[must_use]
    pub fn covers(&self, point: Point) -> bool {
        let edges: Vec<_> = self.0.lines_iter().collect();
        covers(&edges, point.into())
    }

    /// The polygons themselves, WGS-84 degrees as x and y.
    #[must_use]
    pub fn shape(&self) -> &MultiPolygon<f64> {
        &self.0
    }
}

/// The area in m² that two shapes share.
#[must_use]
pub fn overlap_m2(a: &GridPolygon, b: &GridPolygon) -> f64 {
    area_m2(&a.0.intersection(&b.0))
}

fn crossing_at(at: &Option<[f64; 2]>) -> String {
    at.map_or_else(String::new, |[lng, lat]| format!("; they cross at {lng:.5}, {lat:.5}"))
}

/// A sliver's winding is lost to rounding, and an area that trusts it would be the rest of the
/// earth; so each part counts by its absolute size.
fn area_m2(parts: &MultiPolygon<f64>) -> f64 {
    parts.iter().map(|part| part.geodesic_area_signed().abs()).sum()
}

fn known_point(at: Coord<f64>) -> Point {
    Point::new(at.x, at.y).expect("every point of a grid was checked")
}

#[derive(Default)]
struct RingReader {
    ring: usize,
    points: usize,
}

impl RingReader {
    fn polygon(&mut self, rings: &PolygonType) -> Result<Polygon<f64>, GridPolygonError> {
        let (shell, holes) = rings.split_first().ok_or(GridPolygonError::Empty)?;
        let shell = self.ring(shell)?;
        let holes = holes.iter().map(|hole| self.ring(hole)).collect::<Result<_, _>>()?;
        Ok(Polygon::new(shell, holes))
    }

    fn ring(&mut self, positions: &LineStringType) -> Result<LineString<f64>, GridPolygonError> {
        self.ring += 1;
        self.points += positions.len();
        if self.points > MOST_POINTS {
            return Err(GridPolygonError::TooManyPoints);
        }
        let ring = self.ring;
        let point = |position: &geojson::Position| match position.as_slice() {
            [lng, lat, ..] => Point::new(*lng, *lat),
            _ => Err(PointError::NotFinite("latitude")),
        };
        let coords = positions
            .iter()
            .map(|position| point(position).map(Coord::from))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|reason| GridPolygonError::Point { ring, reason })?;
        if coords.len() < 4 {
            return Err(GridPolygonError::TooFewPoints { ring, points: coords.len() });
        }
        if coords.first() != coords.last() {
            return Err(GridPolygonError::Open { ring });
        }
        let line = LineString::new(coords);
        if is_flat(&line) { Err(GridPolygonError::NoArea { ring }) } else { Ok(line) }
    }
}

/// Whether all points lie on one line.
fn is_flat(ring: &LineString<f64>) -> bool {
    let first = ring.0[0];
    let Some(&other) = ring.0.iter().find(|at| **at != first) else { return true };
    let on_line =
        |at: &Coord<f64>| RobustKernel::orient2d(first, other, *at) == Orientation::Collinear;
    ring.0.iter().all(on_line)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn parse(geometry: &str) -> Result<GridPolygon, GridPolygonError> {
        GridPolygon::from_geojson(&geometry.parse().unwrap())
    }

    fn polygon(rings: &str) -> Result<GridPolygon, GridPolygonError> {
        parse(&format!(r#"{{"type":"Polygon","coordinates":{rings}}}"#))
    }

    fn point(lng: f64, lat: f64) -> Point {
        Point::new(lng, lat).unwrap()
    }

    const HOLED: &str = "[[[0,0],[0,0.04],[0.04,0.04],[0.04,0],[0,0]],\
                          [[0.01,0.01],[0.02,0.01],[0.02,0.02],[0.01,0.02],[0.01,0.01]]]";

    #[test]
    fn broken_geometries_are_refused_by_name() {
        let cases = [
            ("[]", "the geometry is empty"),
            ("[[]]", "ring 1 has 0 points; a closed ring has at least 4"),
            ("[[[0,0],[1,0],[0,0]]]", "ring 1 has 3 points; a closed ring has at least 4"),
            (
                "[[[0,0],[1,0],[1,1],[0,1]]]",
                "ring 1 isn't closed: its last point differs from its first",
            ),
            ("[[[0,0],[1,0],[1,91],[0,0]]]", "ring 1: latitude 91 is outside the world (±90)"),
            (
                "[[[0,0],[2700000,0],[1,1],[0,0]]]",
                "ring 1: longitude 2700000 is outside the world (±180)",
            ),
            ("[[[0,0],[1,1],[2,2],[0,0]]]", "ring 1 encloses no area"),
            ("[[[1,1],[1,1],[1,1],[1,1]]]", "ring 1 encloses no area"),
            ("[[[0,0],[1e-9,0],[0,1e-9],[0,0]]]", "ring 1 encloses no area"),
            (
                "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]",
                "the rings are broken: polygon at index 0 is invalid: exterior ring has a \
                 self-intersection; they cross at 0.50000, 0.50000",
            ),
            (
                "[[[0,0],[1,0],[1,1],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]",
                "the rings are broken: polygon at index 0 is invalid: interior ring at index 0 is not \
                 contained within the polygon's exterior",
            ),
        ];
        for (rings, reason) in cases {
            assert_eq!(polygon(rings).unwrap_err().to_string(), reason, "{rings}");
        }
        let line = parse(r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#);
        assert_eq!(line, Err(GridPolygonError::Kind("LineString")));
        let none = parse(r#"{"type":"MultiPolygon","coordinates":[]}"#);
        assert_eq!(none, Err(GridPolygonError::Empty));
        let overlapping = r#"{"type":"MultiPolygon","coordinates":[
            [[[0,0],[2,0],[2,2],[0,2],[0,0]]],[[[1,1],[3,1],[3,3],[1,3],[1,1]]]]}"#;
        assert_eq!(
            parse(overlapping).unwrap_err().to_string(),
            "the rings are broken: polygons at indices 0 and 1 overlap; they cross at 2.00000, 1.00000"
        );
    }

    #[test]
    fn clockwise_rings_are_rewound() {
        let grid = polygon(HOLED).unwrap();
        let json = serde_json::to_value(&grid).unwrap();
        assert_eq!(json["type"], "Polygon");
        assert_eq!(json["coordinates"][0][1], serde_json::json!([0.04, 0.0]));
        assert_eq!(json["coordinates"][1][1], serde_json::json!([0.01, 0.02]));
        assert_eq!(serde_json::from_value::<GridPolygon>(json).unwrap(), grid);
    }

    #[test]
    fn several_parts_round_trip_as_a_multi_polygon() {
        let parts = r#"{"type":"MultiPolygon","coordinates":[
            [[[0,0],[0.01,0],[0.01,0.01],[0,0]]],[[[1,1],[1.01,1],[1.01,1.01],[1,1]]]]}"#;
        let grid = parse(parts).unwrap();
        let json = serde_json::to_string(&grid).unwrap();
        assert!(json.contains("MultiPolygon"));
        assert_eq!(serde_json::from_str::<GridPolygon>(&json).unwrap(), grid);
        assert!(grid.covers(point(0.005, 0.002)) && grid.covers(point(1.005, 1.002)));
        assert!(!grid.covers(point(0.5, 0.5)));
        assert!(grid.covers(grid.label_point()));
    }

    #[test]
    fn edges_count_as_covered_and_holes_do_not() {
        let grid = polygon(HOLED).unwrap();
        let cases = [
            ((0.03, 0.03), true),
            ((0.0, 0.0), true),
            ((0.04, 0.02), true),
            ((0.02, 0.04), true),
            ((0.015, 0.015), false),
            ((0.01, 0.015), true),
            ((0.02, 0.02), true),
            ((0.015, 0.01), true),
            ((-0.01, 0.0), false),
            ((0.05, 0.04), false),
            ((0.04_f64.next_up(), 0.02), false),
            ((0.01_f64.next_up(), 0.015), false),
        ];
        for ((lng, lat), covered) in cases {
            assert_eq!(grid.covers(point(lng, lat)), covered, "{lng} {lat}");
        }
    }

    #[test]
    fn areas_are_on_the_ellipsoid() {
        // A hundredth of a degree at the equator: 1113.195 m by 1105.743 m.
        let square = polygon("[[[0,0],[0.01,0],[0.01,0.01],[0,0.01],[0,0]]]").unwrap();
        assert!((square.area_m2() - 1_230_907.2).abs() < 1.0, "{}", square.area_m2());
        let holed = polygon(HOLED).unwrap();
        assert!((holed.area_m2() / square.area_m2() - 15.0).abs() < 1e-5);
        assert_eq!(holed.bounds(), Bounds { least: point(0.0, 0.0), most: point(0.04, 0.04) });
        let half = polygon("[[[0.005,0],[0.015,0],[0.015,0.01],[0.005,0.01],[0.005,0]]]").unwrap();
        assert!((overlap_m2(&square, &half) / square.area_m2() - 0.5).abs() < 1e-6);
        let beside = polygon("[[[0.01,0],[0.02,0],[0.02,0.01],[0.01,0.01],[0.01,0]]]").unwrap();
        assert_eq!(overlap_m2(&square, &beside), 0.0);
        // They touch in one point; their shared sliver has no winding to trust.
        let a = polygon("[[[0.01,0],[0.02,0],[0.04,0.03],[0.01,0]]]").unwrap();
        let b = polygon("[[[0,0],[0.02,0.01],[0,0.04],[0,0]]]").unwrap();
        assert!(overlap_m2(&a, &b) < 1e-3, "{}", overlap_m2(&a, &b));
    }

    #[test]
    fn a_point_given_twice_in_a_row_is_harmless_and_too_many_are_refused() {
        let twice = polygon("[[[0,0],[0,0],[1,0],[1,1],[1,1],[0,0]]]").unwrap();
        assert!(twice.covers(point(0.0, 0.0)) && !twice.covers(point(0.0, 1.0)));
        let circle = (0..=10_000_u32).map(|step| {
            let (sin, cos) = (f64::from(step % 10_000) / 10_000.0 * 6.0).sin_cos();
            vec![cos, sin]
        });
        let geometry = geojson::Geometry::new_polygon(vec![circle.collect::<Vec<_>>()]);
        assert_eq!(GridPolygon::from_geojson(&geometry), Err(GridPolygonError::TooManyPoints));
    }

    /// Rings over few places cross, touch and fold in every way that a careless file could.
    fn careless_ring() -> impl Strategy<Value = Vec<Vec<f64>>> {
        vec((0_u8..5, 0_u8..5), 2..8).prop_map(|places| {
            let mut ring: Vec<_> = places
                .iter()
                .map(|&(x, y)| vec![f64::from(x) * 0.01, f64::from(y) * 0.01])
                .collect();
            ring.push(ring[0].clone());
            ring
        })
    }

    proptest! {
        #[test]
        fn careless_geometries_are_taken_or_refused_without_a_panic(
            polygons in vec(vec(careless_ring(), 1..3), 1..3),
            other in careless_ring(),
        ) {
            let read = |polygons: Vec<Vec<Vec<Vec<f64>>>>| {
                GridPolygon::from_geojson(&geojson::Geometry::new_multi_polygon(polygons))
            };
            if let Ok(grid) = read(polygons) {
                prop_assert!(grid.area_m2() > LEAST_AREA_M2);
                prop_assert!(grid.covers(grid.label_point()));
                if let Ok(other) = read(vec![vec![other]]) {
                    let shared_m2 = overlap_m2(&grid, &other);
                    prop_assert!(shared_m2 <= grid.area_m2().min(other.area_m2()) + 1.0);
                }
            }
        }
    }
}
