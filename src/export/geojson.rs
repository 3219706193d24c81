//! GeoJSON: the same table as features, WGS-84.
//!
//! Invariant: a row is in it, and each figure with it, whether it has a place or not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::table::{Cell, Table};

/// The media type of GeoJSON.
pub const GEOJSON_MEDIA_TYPE: &str = "application/geo+json";

/// Shapes of micro-grids by code, each a GeoJSON geometry as text.
pub type Shapes = BTreeMap<String, String>;

impl Table {
    /// A feature each row: a point where there are columns `lng` and `lat`, else the shape that
    /// `shapes` has for the row's `code`; null where there is none.
    pub fn geojson(&self, shapes: &Shapes) -> Vec<u8> {
        let (lng, lat, code) = (self.column("lng"), self.column("lat"), self.column("code"));
        let feature = |row: &Vec<Cell>| {
            let degrees = |at: Option<usize>| match row.get(at?)? {
                Cell::Degrees(degrees) => Some(*degrees),
                _ => None,
            };
            let point = degrees(lng).zip(degrees(lat));
            let geometry = match point {
                Some((lng, lat)) => json!({"type": "Point", "coordinates": [lng, lat]}),
                None => shape(shapes, code.and_then(|at| row.get(at))),
            };
            let properties: Map<String, Value> =
                self.header.iter().zip(row).map(|(name, cell)| plain(name, cell)).collect();
            json!({"type": "Feature", "geometry": geometry, "properties": properties})
        };
        collection(&self.rows.iter().map(feature).collect::<Vec<_>>())
    }

    /// A feature each micro-grid of a table of counts, `n` its sum, and beside it one figure each
    /// of the rows: named by what tells them apart. `None` when there is no column `grid`.
    pub fn grid_geojson(&self, shapes: &Shapes) -> Option<Vec<u8>> {
        let (grid, n) = (self.column("grid")?, self.column("n")?);
        let keys: Vec<usize> =
            (0..self.header.len()).filter(|at| ![grid, n].contains(at)).collect();
        let differs = |at: &usize| self.rows.windows(2).any(|two| two[0][*at] != two[1][*at]);
        let (apart, common): (Vec<usize>, Vec<usize>) = keys.into_iter().partition(differs);
        let mut codes: BTreeSet<String> = shapes.keys().cloned().collect();
        codes.extend(self.rows.iter().map(|row| text(&row[grid])));
        let feature = |code: &String| {
            let rows = || self.rows.iter().filter(|row| text(&row[grid]) == *code);
            let figure = |row: &Vec<Cell>| match &row[n] {
                Cell::Number(n) => *n,
                _ => 0,
            };
            let mut properties = Map::new();
            properties.insert("grid".to_owned(), json!(code));
            for at in &common {
                let first = self.rows.first().map_or(Value::Null, |row| plain("", &row[*at]).1);
                properties.insert(self.header[*at].to_owned(), first);
            }
            properties.insert("n".to_owned(), json!(rows().map(figure).sum::<i64>()));
            for row in rows() {
                let name = apart.iter().map(|at| text(&row[*at])).collect::<Vec<_>>().join(" ");
                // A kind may be called like one of ours.
                let name = if properties.contains_key(&name) { format!("= {name}") } else { name };
                properties.insert(name, json!(figure(row)));
            }
            let geometry = shape(shapes, Some(&Cell::Text(code.clone())));
            json!({"type": "Feature", "geometry": geometry, "properties": properties})
        };
        Some(collection(&codes.iter().map(feature).collect::<Vec<_>>()))
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| *column == name)
    }
}

/// The stored text was checked when it came in.
fn shape(shapes: &Shapes, code: Option<&Cell>) -> Value {
    let text = match code {
        Some(Cell::Text(code)) => shapes.get(code),
        _ => None,
    };
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
}

fn plain(name: &str, cell: &Cell) -> (String, Value) {
    let value = match cell {
        Cell::Text(text) => json!(text),
        Cell::Number(n) => json!(n),
        Cell::Degrees(degrees) => json!(degrees),
        Cell::Empty => Value::Null,
    };
    (name.to_owned(), value)
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(n) => n.to_string(),
        Cell::Degrees(degrees) => degrees.to_string(),
        Cell::Empty => String::new(),
    }
}

fn collection(features: &[Value]) -> Vec<u8> {
    json!({"type": "FeatureCollection", "features": features}).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str =
        r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,0.0]]]}"#;

    fn read(bytes: &[u8]) -> Value {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.parse::<geojson::GeoJson>().is_ok(), "{text}");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_row_is_a_feature_with_or_without_a_place() {
        let row = |name: &str, lng| vec![Cell::from(name), lng, Cell::Degrees(30.9)];
        let rows = vec![row("=1+1", Cell::Degrees(113.2)), row("b", Cell::Empty)];
        let table = Table { header: &["name", "lng", "lat"], rows };
        let features = read(&table.geojson(&Shapes::new()))["features"].clone();
        assert_eq!(features[0]["geometry"]["coordinates"], json!([113.2, 30.9]));
        assert_eq!(features[0]["properties"]["name"], "=1+1");
        assert_eq!(features[1]["geometry"], Value::Null);
    }

    #[test]
    fn every_count_is_in_its_grid_and_the_sum_is_the_tables() {
        let row = |kind: &str, grid: &str, n| {
            vec![Cell::from("2026-W48"), Cell::from(kind), Cell::from(grid), Cell::Number(n)]
        };
        let rows = vec![row("a", "g1", 2), row("n", "g1", 3), row("a", "", 4)];
        let table = Table { header: &["week", "kind", "grid", "n"], rows };
        let shapes: Shapes = ["g1", "g2"].map(|code| (code.to_owned(), SQUARE.to_owned())).into();
        let features = read(&table.grid_geojson(&shapes).unwrap())["features"].clone();
        let all: Vec<&Value> =
            features.as_array().unwrap().iter().map(|f| &f["properties"]).collect();
        assert_eq!(*all[0], json!({"grid": "", "week": "2026-W48", "n": 4, "a": 4}));
        assert_eq!(*all[1], json!({"grid": "g1", "week": "2026-W48", "n": 5, "a": 2, "= n": 3}));
        assert_eq!(*all[2], json!({"grid": "g2", "week": "2026-W48", "n": 0}));
        assert_eq!(features[1]["geometry"]["type"], "Polygon");
        let none = Table { header: &["week", "n"], rows: Vec::new() };
        assert_eq!(none.grid_geojson(&shapes), None);
    }
}
