//! Stations of a table or a map.
//!
//! Invariant: the same row is the same station again: by its id, or by kind and name.

use std::collections::HashMap;

use super::coordinates::{CoordinateQuestion, Coordinates, Pair, question};
use super::fault::{IntakeError, RowFault, Severity};
use super::feature::{Named, features, text};
use super::file::{FileFormat, InputFile};
use super::identity::{derived_id, given_id};
use super::known::Known;
use super::member::labelled;
use super::shape::reading;
use super::table::{Cells, Field, Rows, Wrong, rows};
use crate::domain::{GridCode, Station, StationId, StationKind};
use crate::spatial::Point;

const FIELDS: &[Field] = &[
    Field::maybe(&["编号", "id", "站点编号"]),
    Field::needed(&["名称", "name", "站点", "站点名称"]),
    Field::needed(&["类别", "kind", "类型", "站点类别"]),
    Field::needed(&["经度", "lng", "lon", "long", "longitude", "x"]),
    Field::needed(&["纬度", "lat", "latitude", "y"]),
    Field::maybe(&["片区", "area", "村社区", "所属片区"]),
    Field::maybe(&["网格", "grid", "微网格", "网格编号", "网格编码"]),
];
const ID: usize = 0;
const NAME: usize = 1;
const KIND: usize = 2;
const LNG: usize = 3;
const LAT: usize = 4;
const AREA: usize = 5;
const GRID: usize = 6;

/// A station before its place is known.
struct Draft {
    line: u64,
    id: StationId,
    kind: StationKind,
    name: String,
    area: Option<String>,
    pair: Pair,
}

/// Reads the stations of a table or a map.
///
/// # Errors
/// [`IntakeError`], such as a column that is missing.
pub(super) fn stations(
    file: &InputFile,
    known: &Known,
    answer: Option<Coordinates>,
) -> Result<(Rows<Station>, Option<CoordinateQuestion>), IntakeError> {
    let mut first: HashMap<StationId, u64> = HashMap::new();
    let mut take = |cells: &mut Cells| {
        let draft = draft(cells, known)?;
        match first.insert(draft.id.clone(), cells.row) {
            None => Ok(draft),
            Some(first) => {
                Err(cells.wrong(NAME, format!("{} is in row {first} already", draft.name)))
            }
        }
    };
    let drafts = match file.format() {
        FileFormat::Geojson => of_map(file, &mut take)?,
        FileFormat::Csv | FileFormat::Xlsx => rows(file, "stations", FIELDS, take)?,
    };
    let pairs: Vec<Pair> = drafts.taken.iter().map(|(_, draft)| draft.pair.clone()).collect();
    let question = question(&known.ground, &pairs).filter(|_| answer.is_none());
    let read = reading(answer, question.as_ref());
    Ok((placed(drafts, known, read), question))
}

fn of_map(
    file: &InputFile,
    mut take: impl FnMut(&mut Cells) -> Result<Draft, Wrong>,
) -> Result<Rows<Draft>, IntakeError> {
    let mut rows = Rows::default();
    for named in Named::all(&features(file, "stations")?) {
        let geometry = named.feature.geometry.as_ref().map(|geometry| &geometry.value);
        let point = match geometry {
            Some(geojson::GeometryValue::Point { coordinates }) => {
                coordinates.as_slice().first_chunk::<2>().copied()
            }
            _ => None,
        };
        let mut cells = Cells::new((named.number, named.number), FIELDS, |field| match field {
            LNG => point.map(|[lng, _]| ("geometry".to_owned(), lng.to_string())),
            LAT => point.map(|[_, lat]| ("geometry".to_owned(), lat.to_string())),
            field => {
                let mut all = named.feature.properties.iter().flatten();
                let found = all.find(|(name, _)| FIELDS[field].is_called(name));
                found.map(|(name, value)| (name.clone(), text(value).unwrap_or_default()))
            }
        });
        let taken = match point {
            Some(_) => take(&mut cells),
            None => Err(named.wrong(Some("geometry"), "a station is a Point")),
        };
        rows.add(cells, taken);
    }
    Ok(rows)
}

fn draft(cells: &Cells, known: &Known) -> Result<Draft, Wrong> {
    let name = cells.needed(NAME)?.to_owned();
    let kind = labelled::<StationKind>(cells, KIND)?;
    let degrees = |field| {
        let number = cells.needed(field)?.parse::<f64>().ok().filter(|n| n.is_finite());
        number.ok_or_else(|| cells.wrong(field, "this is no number of degrees"))
    };
    let at = [degrees(LNG)?, degrees(LAT)?];
    let grid = match cells.text(GRID)? {
        "" => None,
        code => Some(GridCode::from(code)).filter(|code| known.ground.has_grid(code)).map_or_else(
            || Err(cells.wrong(GRID, format!("there is no micro-grid {code}"))),
            |code| Ok(Some(code)),
        )?,
    };
    let stated = given_id(cells, ID, &known.foreign)?.map(StationId::from);
    let same = || known.stations.iter().find(|other| other.kind == kind && other.name == name);
    let id = stated.or_else(|| same().map(|other| other.id.clone())).unwrap_or_else(|| {
        let parts = [known.district.id.as_str(), kind.as_str(), name.as_str()];
        StationId::from(derived_id("station", &parts))
    });
    let area = Some(cells.text(AREA)?.to_owned()).filter(|area| !area.is_empty());
    Ok(Draft { line: cells.line, id, kind, name, area, pair: Pair { at, grid, corner: false } })
}

/// The stations at their places, in the micro-grids that these lie in.
fn placed(drafts: Rows<Draft>, known: &Known, read: Coordinates) -> Rows<Station> {
    let mut rows = Rows { read: drafts.read, taken: Vec::new(), faults: drafts.faults };
    for (row, draft) in drafts.taken {
        let mut say = |severity, message: String| {
            let (line, column) = (draft.line, None);
            rows.faults.push(RowFault { row, line, column, severity, message });
        };
        let point = match read.point(draft.pair.at) {
            Ok(point) => point,
            Err(error) => {
                say(Severity::Refused, error.to_string());
                continue;
            }
        };
        let located = known.ground.locate(point).cloned();
        if let Some(message) = misplaced(known, point, draft.pair.grid.as_ref(), located.as_ref()) {
            say(Severity::Warning, message);
        }
        let Draft { id, kind, name, area, pair, .. } = draft;
        let (district, grid) = (known.district.id.clone(), pair.grid.or(located));
        rows.taken.push((row, Station { id, district, kind, name, point, area, grid }));
    }
    rows.faults.sort_by_key(|fault| fault.row);
    rows
}

fn misplaced(
    known: &Known,
    point: Point,
    stated: Option<&GridCode>,
    located: Option<&GridCode>,
) -> Option<String> {
    match (stated, located) {
        (Some(stated), Some(located)) if stated != located => {
            Some(format!("it lies in the micro-grid {located}, not in {stated}"))
        }
        (_, None) if !known.ground.holds(point, None) => {
            Some("it lies outside of the district".to_owned())
        }
        _ => None,
    }
}
