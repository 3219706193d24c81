//! What a file would do, as it is shown before it is imported.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::grid::{CollectionType, FeatureType};
use crate::app::{HeldFile, ReadImport};
use crate::domain::ImportId;
use crate::intake::{
    CoordinateQuestion, Drawn, FileFormat, Imported, Load, RowFault, Severity, TextEncoding,
};

/// Faults that a preview lists; `refused` and `warned` count all.
const MOST_FAULTS: usize = 200;

/// What a file would do.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportPreview {
    /// What to import, ask about or forget it by.
    id: ImportId,
    /// What it is imported as.
    what: Imported,
    /// What the file is called.
    name: String,
    /// What the file is.
    format: FileFormat,
    /// How its text is written.
    encoding: TextEncoding,
    /// Data rows, or features.
    rows: u64,
    /// Rows that would be stored.
    taken: u64,
    /// Rows that would not.
    refused: u64,
    /// Rows with a warning.
    warned: u64,
    /// What is wrong with which row, the first 200.
    faults: Vec<RowFault>,
    /// The names of the columns or properties.
    columns: Vec<String>,
    /// The first 20 rows as they are read.
    head: Vec<Vec<String>>,
    /// What must be answered before it can be imported.
    questions: Vec<CoordinateQuestion>,
    /// Whether it must be said which column is what.
    mapping_needed: bool,
    /// Which column is taken for what (TOML), for incidents.
    #[schema(required)]
    mapping: Option<String>,
    /// Places, at most 3,000.
    features: PreviewCollection,
}

/// Places of a file as a `GeoJSON` feature collection.
#[derive(Serialize, ToSchema)]
struct PreviewCollection {
    /// What it is.
    #[serde(rename = "type")]
    kind: CollectionType,
    /// The places.
    features: Vec<PreviewFeature>,
}

/// A row's place as a `GeoJSON` feature.
#[derive(Serialize, ToSchema)]
struct PreviewFeature {
    /// What it is.
    #[serde(rename = "type")]
    kind: FeatureType,
    /// Where; a broken shape as it was drawn.
    #[schema(value_type = Object)]
    geometry: geojson::Geometry,
    /// The rest of it.
    properties: PreviewProperties,
}

/// What a place says beside its shape.
#[derive(Serialize, ToSchema)]
struct PreviewProperties {
    /// The row; null for an incident, whose name is its id in the source.
    #[schema(required)]
    row: Option<u64>,
    /// What it is called.
    name: String,
    /// How bad what is wrong with it is; null when nothing is.
    #[schema(required)]
    severity: Option<Severity>,
}

impl ImportPreview {
    /// Of a file that was read.
    pub(super) fn new(id: ImportId, held: HeldFile, read: ReadImport) -> Self {
        let ReadImport { file, reading, head, .. } = read;
        let mut worst: HashMap<u64, Severity> = HashMap::new();
        for fault in &reading.faults {
            let known = worst.entry(fault.row).or_insert(fault.severity);
            *known = (*known).min(fault.severity);
        }
        let mapping = match &reading.load {
            Load::Incidents { mapping, .. } => Some(mapping.as_ref()),
            _ => None,
        };
        let refused = reading.refused();
        let feature = |Drawn { row, name, geometry }| {
            let row = Some(row).filter(|row| *row > 0);
            let severity = row.and_then(|row| worst.get(&row).copied());
            let properties = PreviewProperties { row, name, severity };
            PreviewFeature { kind: FeatureType::Feature, geometry, properties }
        };
        let features = reading.drawn.into_iter().map(feature).collect();
        Self {
            id,
            what: held.what,
            name: held.name,
            format: file.format(),
            encoding: file.encoding(),
            rows: reading.rows,
            taken: reading.taken,
            refused,
            warned: reading.warned,
            faults: reading.faults.into_iter().take(MOST_FAULTS).collect(),
            columns: head.columns,
            head: head.rows,
            questions: reading.question.into_iter().collect(),
            mapping_needed: mapping == Some(None),
            mapping: mapping.flatten().map(crate::intake::Mapping::to_toml),
            features: PreviewCollection { kind: CollectionType::FeatureCollection, features },
        }
    }
}
