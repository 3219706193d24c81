//! Adding micro-grids: a new code is version 1, a changed shape the next version.

use std::collections::HashMap;

use super::atlas::parse_shape;
use super::context::Context;
use super::{Done, Fault, ImportedCounts};
use crate::auth::About;
use crate::domain::{DistrictId, Event, GridCode};
use crate::protocol::{Code, Refusal};
use crate::spatial::GridIndex;
use crate::store::grid::{self as stored, ShapedGrid};

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    grids: &[ShapedGrid],
) -> Result<Done, Fault> {
    cx.map(district).await?;
    let current = stored::current(cx.tx, district).await?;
    refuse_overlaps(&current, grids)?;
    let known: HashMap<&GridCode, &ShapedGrid> =
        current.iter().map(|shaped| (&shaped.grid.code, shaped)).collect();
    let mut counts = ImportedCounts::default();
    for shaped in grids {
        match known.get(&shaped.grid.code) {
            Some(old) if old.shape == shaped.shape => {
                let same = old.grid.name == shaped.grid.name
                    && old.grid.kind == shaped.grid.kind
                    && old.grid.area == shaped.grid.area;
                if !same {
                    stored::rename(cx.tx, district, &shaped.grid).await?;
                }
                counts.unchanged += 1;
            }
            old => {
                let version = old.map_or(1, |old| old.grid.version + 1);
                if old.is_some() {
                    stored::retire(cx.tx, district, &shaped.grid.code, cx.now_ms).await?;
                }
                let mut next = shaped.clone();
                next.grid.version = version;
                stored::insert(cx.tx, district, &next, cx.now_ms).await?;
                counts.added += 1;
            }
        }
    }
    cx.touch_map(district);
    let count = i64::try_from(grids.len()).unwrap_or(i64::MAX);
    let event = Event::GridsChanged { district: district.clone(), count };
    cx.emit(district, event, About::Itself).await?;
    Ok(Done::Imported(counts))
}

/// What stands after the import: the old ones that aren't replaced, and the new ones.
fn refuse_overlaps(current: &[ShapedGrid], grids: &[ShapedGrid]) -> Result<(), Fault> {
    let replaced = |code: &GridCode| grids.iter().any(|new| new.grid.code == *code);
    let kept = current.iter().filter(|old| !replaced(&old.grid.code));
    let mut shapes = Vec::new();
    for shaped in kept.chain(grids) {
        let shape = parse_shape(&shaped.shape).map_err(|why| {
            Refusal::invalid("geometry", format!("grid {}: {why}", shaped.grid.code))
        })?;
        shapes.push((shaped.grid.code.clone(), shape));
    }
    let index = GridIndex::new(shapes);
    let overlaps = index.overlaps();
    if overlaps.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = overlaps
        .iter()
        .take(5)
        .map(|o| format!("{} and {} by {:.0} m²", o.a, o.b, o.area_m2))
        .collect();
    let message = format!("{} overlaps: {}", overlaps.len(), named.join("; "));
    Err(Refusal::new(Code::Invalid, message).about("geometry").into())
}
