//! Adding micro-grids: a new code is version 1, a changed shape the next version.

use std::collections::HashMap;

use super::context::Context;
use super::{Done, Fault, ImportedCounts};
use crate::auth::{About, Action, Object};
use crate::domain::{DistrictId, Event, GridCode};
use crate::intake;
use crate::protocol::{Code, Refusal};
use crate::spatial::GridPolygon;
use crate::store::grid::{self as stored, ShapedGrid};

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    grids: &[ShapedGrid],
    checked: bool,
) -> Result<Done, Fault> {
    cx.allow(Action::ImportPlaces, &Object::district(district))?;
    cx.map(district).await?;
    let current = stored::current(cx.tx, district).await?;
    let known: HashMap<&GridCode, &ShapedGrid> =
        current.iter().map(|shaped| (&shaped.grid.code, shaped)).collect();
    if checked {
        refuse_changed(&known, grids)?;
    } else {
        refuse_broken(&current, grids)?;
    }
    let mut counts = ImportedCounts::default();
    for shaped in grids {
        let old = known.get(&shaped.grid.code).copied();
        store(cx, district, old, shaped, &mut counts).await?;
    }
    if !counts.any() {
        return Ok(Done::Imported(counts));
    }
    cx.touch_map(district);
    let count = i64::try_from(grids.len()).unwrap_or(i64::MAX);
    let event = Event::GridsChanged { district: district.clone(), count };
    cx.emit(district, event, About::Itself).await?;
    Ok(Done::Imported(counts))
}

async fn store(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    old: Option<&ShapedGrid>,
    shaped: &ShapedGrid,
    counts: &mut ImportedCounts,
) -> Result<(), Fault> {
    let version = old.map_or(0, |old| old.grid.version);
    let mut next = shaped.clone();
    next.grid.version = version;
    if !counts.takes(old, &next) {
        return Ok(());
    }
    if old.is_some_and(|old| old.shape == shaped.shape) {
        return Ok(stored::rename(cx.tx, district, &shaped.grid).await?);
    }
    if old.is_some() {
        stored::retire(cx.tx, district, &shaped.grid.code, cx.now_ms).await?;
    }
    next.grid.version = version + 1;
    Ok(stored::insert(cx.tx, district, &next, cx.now_ms).await?)
}

/// Somebody else may have imported since the whole was checked.
fn refuse_changed(
    known: &HashMap<&GridCode, &ShapedGrid>,
    grids: &[ShapedGrid],
) -> Result<(), Fault> {
    let stands = |code: &GridCode| known.get(code).map_or(0, |old| old.grid.version);
    match grids.iter().find(|shaped| stands(&shaped.grid.code) != shaped.grid.version) {
        Some(other) => {
            let code = &other.grid.code;
            let message = format!("the micro-grid {code} was changed meanwhile: preview it again");
            Err(Refusal::new(Code::Conflict, message).into())
        }
        None => Ok(()),
    }
}

/// What stands after the import: the old ones that aren't replaced, and the new ones.
fn refuse_broken(current: &[ShapedGrid], grids: &[ShapedGrid]) -> Result<(), Fault> {
    for shaped in grids {
        let shape: Result<GridPolygon, _> = serde_json::from_str(&shaped.shape);
        shape.map_err(|why| {
            Refusal::invalid("geometry", format!("grid {}: {why}", shaped.grid.code))
        })?;
    }
    let overlaps = intake::overlaps(current, &grids.iter().collect::<Vec<_>>());
    if overlaps.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = overlaps.iter().take(5).map(ToString::to_string).collect();
    Err(Refusal::invalid("geometry", named.join("; ")).into())
}
