//! Districts and micro-grids of a GeoJSON file.
//!
//! Invariant: a shape that is handed out is valid, closed and wound as RFC 7946 asks.

use std::collections::HashMap;

use super::coordinates::{CoordinateQuestion, Coordinates, Ground, question};
use super::fault::{IntakeError, RowFault, Severity};
use super::feature::{Named, features};
use super::file::InputFile;
use super::known::Known;
use super::overlap::overlaps;
use super::reading::{Drawn, MOST_DRAWN};
use super::table::{Rows, Wrong};
use crate::clock::Zone;
use crate::domain::{District, Grid, GridCode};
use crate::spatial::GridPolygon;
use crate::store::grid::ShapedGrid;

/// Faults that one message lists; the rest are counted.
const MOST_LISTED: usize = 10;

/// A district of a file with one feature: `code`, `name`, `timezone`, `prefix` if it isn't the
/// code, and an outline if it has one.
#[derive(Debug)]
pub struct DistrictRead {
    /// The district.
    pub district: District,
    /// Its outline, a `GeoJSON` geometry.
    pub outline: Option<String>,
    /// What must be asked first.
    pub question: Option<CoordinateQuestion>,
}

/// Reads a district.
///
/// # Errors
/// [`IntakeError`], every fault of the feature.
pub fn district(
    file: &InputFile,
    answer: Option<Coordinates>,
) -> Result<DistrictRead, IntakeError> {
    let mut features = features(file, "districts")?;
    let (Some(feature), true) = (features.pop(), features.is_empty()) else {
        return Err(IntakeError::NotGeoJson("a district's file has one feature".to_owned()));
    };
    let named = Named { number: 1, feature: &feature };
    // Nothing is known of where it lies, so that only what can't be is asked about.
    let nowhere = Ground::new(Vec::new(), None);
    let question = question(&nowhere, &named.pairs()).filter(|_| answer.is_none());
    let read = reading(answer, question.as_ref());
    let (code, name) = (named.code(), named.text("name"));
    let (timezone, prefix) = (named.text("timezone"), named.text("prefix"));
    let zone = timezone.and_then(|text| {
        let text = text.unwrap_or_default();
        let zone: Result<Zone, _> = text.parse();
        zone.map(|_| text)
            .map_err(|error| named.wrong(Some("timezone"), &format!("property timezone: {error}")))
    });
    let outline = match feature.geometry.is_some() {
        true => shape(&named, read).map(Some),
        false => Ok(None),
    };
    let mut faults = Vec::new();
    let code = kept(code, &mut faults);
    let name = kept(name, &mut faults).unwrap_or_else(|| code.clone());
    let timezone = kept(zone, &mut faults);
    let prefix = kept(prefix, &mut faults).unwrap_or_else(|| code.clone());
    let outline = kept(outline, &mut faults);
    refuse(faults)?;
    let district = District { id: code.into(), name, timezone, prefix, demo: false };
    Ok(DistrictRead { district, outline, question })
}

/// The rows of a map, what must be asked first, and the shapes as they are drawn.
type GridsRead = (Rows<ShapedGrid>, Option<CoordinateQuestion>, Vec<Drawn>);

/// Reads the micro-grids of a map: `code`, `name`, `kind` (free text), and `area` if it has one.
/// Those that overlap each other, or one that stands and isn't replaced, are refused.
pub(super) fn grids(
    file: &InputFile,
    known: &Known,
    answer: Option<Coordinates>,
) -> Result<GridsRead, IntakeError> {
    let features = features(file, "micro-grids")?;
    let pairs: Vec<_> = Named::all(&features).flat_map(|named| named.pairs()).collect();
    let question = question(&known.ground, &pairs).filter(|_| answer.is_none());
    let read = reading(answer, question.as_ref());
    let mut rows = Rows { read: features.len() as u64, ..Rows::default() };
    let mut first: HashMap<GridCode, u64> = HashMap::new();
    let mut drawn = Vec::new();
    for named in Named::all(&features) {
        let row = named.number;
        if let (true, Ok(geometry)) = (drawn.len() < MOST_DRAWN, named.geometry(read)) {
            let name = named.text("name").ok().flatten().unwrap_or_default();
            drawn.push(Drawn { row, name, geometry });
        }
        match grid(&named, read, &mut first) {
            Ok(shaped) => rows.taken.push((row, shaped)),
            Err(wrong) => rows.faults.push(fault(row, wrong)),
        }
    }
    refuse_overlaps(known, &mut rows);
    Ok((rows, question, drawn))
}

/// The answer, or until there is one what would fit.
pub(super) fn reading(
    answer: Option<Coordinates>,
    question: Option<&CoordinateQuestion>,
) -> Coordinates {
    let suggested = question.map(|question| question.suggested);
    answer.or(suggested).unwrap_or(Coordinates::Wgs84)
}

fn grid(
    named: &Named<'_>,
    read: Coordinates,
    first: &mut HashMap<GridCode, u64>,
) -> Result<ShapedGrid, Wrong> {
    let code = GridCode::from(named.code()?);
    if let Some(first) = first.get(&code) {
        let why = format!("the code is feature {first}'s already");
        return Err(named.wrong(Some("code"), &why));
    }
    first.insert(code.clone(), named.number);
    let name = named.text("name")?.unwrap_or_else(|| code.to_string());
    let kind = named.text("kind")?.unwrap_or_default();
    let area = named.text("area")?;
    let shape = shape(named, read)?;
    Ok(ShapedGrid { grid: Grid { code, version: 1, name, kind, area }, shape })
}

/// The shape as GeoJSON text, checked and rewound.
fn shape(named: &Named<'_>, read: Coordinates) -> Result<String, Wrong> {
    let polygon = GridPolygon::from_geojson(&named.geometry(read)?)
        .map_err(|error| named.wrong(Some("geometry"), &error.to_string()))?;
    Ok(polygon.to_geojson().to_string())
}

fn refuse_overlaps(known: &Known, rows: &mut Rows<ShapedGrid>) {
    let new: Vec<&ShapedGrid> = rows.taken.iter().map(|(_, shaped)| shaped).collect();
    let row_of: HashMap<GridCode, u64> =
        rows.taken.iter().map(|(row, shaped)| (shaped.grid.code.clone(), *row)).collect();
    for overlap in overlaps(&known.grids, &new) {
        // Of two new ones either can be the wrong one.
        for code in [&overlap.a, &overlap.b] {
            let Some(row) = row_of.get(code) else { continue };
            let column = Some("geometry".to_owned());
            let message = format!("feature {row} ({code}): {overlap}");
            rows.faults.push(fault(*row, Wrong { column, message }));
        }
    }
    rows.faults.sort_by_key(|fault| fault.row);
    let refused = |row: &u64| rows.faults.iter().any(|fault| fault.row == *row);
    let good = std::mem::take(&mut rows.taken).into_iter();
    rows.taken = good.filter(|(row, _)| !refused(row)).collect();
}

fn fault(row: u64, Wrong { column, message }: Wrong) -> RowFault {
    RowFault { row, line: row, column, severity: Severity::Refused, message }
}

fn kept<T: Default>(value: Result<T, Wrong>, faults: &mut Vec<String>) -> T {
    value.unwrap_or_else(|wrong| {
        faults.push(wrong.message);
        T::default()
    })
}

/// Every fault of a file that is taken whole or not at all.
pub(super) fn refuse(mut faults: Vec<String>) -> Result<(), IntakeError> {
    if faults.is_empty() {
        return Ok(());
    }
    let rest = faults.len().saturating_sub(MOST_LISTED);
    if rest > 0 {
        faults.truncate(MOST_LISTED);
        faults.push(format!("and {rest} more"));
    }
    Err(IntakeError::Features(faults))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::file::Limits;
    use crate::intake::known::tests::known;

    fn feature(properties: &str, ring: &str) -> String {
        format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
        )
    }

    fn collection(features: &[String]) -> String {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    fn file(text: &str) -> InputFile {
        InputFile::read(text.as_bytes(), Limits::DISK).unwrap()
    }

    fn read_grids(text: &str) -> Rows<ShapedGrid> {
        grids(&file(text), &known(), None).unwrap().0
    }

    const RING: &str = "[[0,0],[0,1],[1,1],[1,0],[0,0]]";
    const OPEN: &str = "[[0,0],[0,1],[1,1],[1,0]]";

    #[test]
    fn a_district_is_one_feature_rewound() {
        let text = feature(r#"{"code":420882002,"name":"永兴","timezone":"Asia/Shanghai"}"#, RING);
        for text in [text.clone(), collection(&[text])] {
            let DistrictRead { district, outline, .. } = district(&file(&text), None).unwrap();
            assert_eq!(district.id.as_str(), "420882002");
            assert_eq!((district.name.as_str(), district.prefix.as_str()), ("永兴", "420882002"));
            assert!(outline.unwrap().contains("[[[0.0,0.0],[1.0,0.0]"));
        }
        let bare = r#"{"type":"Feature","properties":{"code":"d","timezone":"UTC","prefix":"YX"},"geometry":null}"#;
        let DistrictRead { district, outline, .. } = district(&file(bare), None).unwrap();
        assert_eq!((district.name.as_str(), district.prefix.as_str(), outline), ("d", "YX", None));
    }

    #[test]
    fn faults_of_a_district_are_named() {
        let cases = [
            ("{}".to_owned(), "not GeoJSON"),
            (collection(&[]), "there is no feature"),
            (feature(r#"{"code":"d"}"#, RING), "feature 1 (d): property timezone: unknown"),
            (feature(r#"{"timezone":"UTC"}"#, RING), "feature 1: there is no property code"),
            (
                feature(r#"{"code":"d","timezone":"UTC"}"#, OPEN),
                "feature 1 (d): ring 1 isn't closed",
            ),
            (collection(&[feature("{}", RING), feature("{}", RING)]), "has one feature"),
        ];
        for (text, reason) in cases {
            let error = district(&file(&text), None).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn grids_keep_their_free_text_and_lose_nothing() {
        let text = collection(&[
            feature(r#"{"code":"a","name":"东区 1","kind":"楼栋","area":"001"}"#, RING),
            feature(r#"{"code":7,"name":null}"#, "[[2,0],[2,1],[3,1],[3,0],[2,0]]"),
        ]);
        let found: Vec<Grid> =
            read_grids(&text).taken.into_iter().map(|(_, shaped)| shaped.grid).collect();
        let grid = |code: &str, name: &str, kind: &str, area: Option<&str>| Grid {
            code: code.into(),
            version: 1,
            name: name.to_owned(),
            kind: kind.to_owned(),
            area: area.map(str::to_owned),
        };
        assert_eq!(found, [grid("a", "东区 1", "楼栋", Some("001")), grid("7", "7", "", None)]);
    }

    #[test]
    fn every_broken_grid_is_named_by_number_and_code() {
        let named = |code: &str, ring| feature(&format!(r#"{{"code":"{code}"}}"#), ring);
        let bow = "[[0,0],[1,1],[1,0],[0,1],[0,0]]";
        let text = collection(&[
            named("a", RING),
            named("b", OPEN),
            named("a", RING),
            named("c", bow),
            feature("{}", RING),
        ]);
        let rows = read_grids(&text);
        assert_eq!((rows.read, rows.taken.len()), (5, 1));
        let reasons = [
            (2, "feature 2 (b): ring 1 isn't closed"),
            (3, "feature 3 (a): the code is feature 1's already"),
            (4, "feature 4 (c): the rings are broken"),
            (5, "feature 5: there is no property code"),
        ];
        assert_eq!(rows.faults.len(), reasons.len());
        for (fault, (row, reason)) in rows.faults.iter().zip(reasons) {
            assert_eq!((fault.row, fault.severity), (row, Severity::Refused));
            assert!(fault.message.contains(reason), "{fault}");
        }
        assert!(rows.faults[2].message.contains("0.50000, 0.50000"), "{}", rows.faults[2]);
        let many: Vec<String> = (0..30).map(|n| format!("fault {n}")).collect();
        assert!(refuse(many).unwrap_err().to_string().ends_with("and 20 more"));
    }

    #[test]
    fn overlaps_are_named_in_pairs_with_their_area() {
        let ring = |west: f64| {
            let east = west + 0.01;
            format!("[[{west},0],[{east},0],[{east},0.01],[{west},0.01],[{west},0]]")
        };
        let named = |code: &str, west| feature(&format!(r#"{{"code":"{code}"}}"#), &ring(west));
        let text = collection(&[named("a", 0.0), named("b", 0.005), named("c", 0.02)]);
        let rows = read_grids(&text);
        let taken: Vec<&str> = rows.taken.iter().map(|(_, s)| s.grid.code.as_str()).collect();
        assert_eq!(taken, ["c"]);
        for (fault, row) in rows.faults.iter().zip([1, 2]) {
            assert_eq!(fault.row, row);
            assert!(fault.message.contains("a and b overlap by 6154"), "{fault}");
        }
    }
}
