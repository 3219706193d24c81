//! Organisations of a table, with the micro-grids that are their own.

use std::collections::HashMap;

use super::fault::IntakeError;
use super::file::InputFile;
use super::identity::{derived_id, given_id};
use super::known::Known;
use super::member::labelled;
use super::table::{Cells, Field, Rows, Wrong, rows};
use crate::domain::{GridCode, OrgId, OrgKind, Organisation};

const FIELDS: &[Field] = &[
    Field::maybe(&["编号", "id", "单位编号"]),
    Field::needed(&["名称", "name", "单位", "单位名称"]),
    Field::needed(&["类别", "kind", "类型", "单位类别"]),
    Field::maybe(&["网格", "grids", "grid", "微网格", "网格编号", "网格编码"]),
];
const ID: usize = 0;
const NAME: usize = 1;
const KIND: usize = 2;
const GRIDS: usize = 3;

/// What parts the codes of several micro-grids.
const BETWEEN: [char; 6] = [' ', ',', ';', '，', '；', '、'];
/// Characters of one cell of codes.
const MOST_GRIDS: usize = 1_000;

/// Reads the organisations of a table.
///
/// # Errors
/// [`IntakeError`], such as a column that is missing.
pub(super) fn organisations(
    file: &InputFile,
    known: &Known,
) -> Result<Rows<Organisation>, IntakeError> {
    let mut first: HashMap<OrgId, u64> = HashMap::new();
    rows(file, "organisations", FIELDS, |cells| {
        let org = organisation(cells, known)?;
        match first.insert(org.id.clone(), cells.row) {
            None => Ok(org),
            Some(first) => {
                Err(cells.wrong(NAME, format!("{} is in row {first} already", org.name)))
            }
        }
    })
}

fn organisation(cells: &Cells, known: &Known) -> Result<Organisation, Wrong> {
    let name = cells.needed(NAME)?.to_owned();
    let kind = labelled::<OrgKind>(cells, KIND)?;
    let district = known.district.id.clone();
    let stated = given_id(cells, ID, &known.foreign)?.map(OrgId::from);
    let same = || known.organisations.iter().find(|org| org.name == name);
    let id = stated
        .or_else(|| same().map(|org| org.id.clone()))
        .unwrap_or_else(|| OrgId::from(derived_id("org", &[district.as_str(), name.as_str()])));
    let before = known.organisations.iter().find(|org| org.id == id);
    let grids = match cells.has(GRIDS) {
        true => grids(cells, known)?,
        false => before.map(|before| before.grids.clone()).unwrap_or_default(),
    };
    Ok(Organisation { id, district, kind, name, grids })
}

/// In order, each once.
fn grids(cells: &Cells, known: &Known) -> Result<Vec<GridCode>, Wrong> {
    let text = cells.long_text(GRIDS)?;
    let codes = text.split(BETWEEN).filter(|code| !code.is_empty());
    let mut grids: Vec<GridCode> = codes.map(GridCode::from).collect();
    grids.sort_unstable();
    grids.dedup();
    if grids.len() > MOST_GRIDS {
        return Err(cells.wrong(GRIDS, format!("more than {MOST_GRIDS} micro-grids")));
    }
    match grids.iter().find(|grid| !known.ground.has_grid(grid)) {
        Some(unknown) => Err(cells.wrong(GRIDS, format!("there is no micro-grid {unknown}"))),
        None => Ok(grids),
    }
}
