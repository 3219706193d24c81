//! Adding incidents that are over (补录 → 已归档), a slice of a file at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::atlas::DistrictMap;
use super::context::Context;
use super::{Done, Fault, ImportedCounts};
use crate::auth::{About, Action, Object};
use crate::clock::civil_day;
use crate::domain::{
    Channel, DistrictId, Event, Flags, Incident, IncidentId, IncidentState, Kind, Source, TopKind,
};
use crate::intake::IncidentRow;
use crate::protocol::Refusal;
use crate::store::incident_import::{self as stored, ImportedIncident};
use crate::store::ledger::{self, CountChange, DAY_MIN};
use crate::store::{incident as incident_store, kind};

/// Minutes in a bin of the day.
const BIN_MIN: i64 = 120;

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    kinds: &[Kind],
    rows: &[IncidentRow],
) -> Result<Done, Fault> {
    cx.allow(Action::ImportIncidents, &Object::district(district))?;
    let map = cx.map(district).await?;
    for each in kinds {
        kind::upsert(cx.tx, district, each).await?;
    }
    if !kinds.is_empty() {
        cx.touch_map(district);
    }
    let fresh = fresh(cx, district, rows).await?;
    let unchanged = rows.len() - fresh.len();
    let counts = ImportedCounts { added: fresh.len(), changed: 0, unchanged };
    if counts.added > 0 {
        let imported = incidents(cx, &map, kinds, &fresh).await?;
        stored::insert(cx.tx, &imported).await?;
        let count = i64::try_from(counts.added).unwrap_or(i64::MAX);
        let event = Event::IncidentsImported { district: district.clone(), count };
        let seq = cx.emit(district, event, About::Itself).await?;
        let changes: Vec<CountChange> = imported
            .iter()
            .zip(&fresh)
            .map(|(imported, row)| change(&imported.incident, row, seq))
            .collect();
        ledger::append(cx.tx, district, &changes).await?;
    }
    Ok(Done::Imported(counts))
}

/// The rows whose source id the district doesn't have, the first of each id.
async fn fresh<'r>(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    rows: &'r [IncidentRow],
) -> Result<Vec<&'r IncidentRow>, Fault> {
    let ids: Vec<&str> = rows.iter().map(|row| row.source_id.as_str()).collect();
    let known = stored::known(cx.tx, district, &ids).await?;
    let mut met: HashSet<&str> = HashSet::with_capacity(rows.len());
    let fresh = rows.iter().filter(|row| {
        let id = row.source_id.as_str();
        !known.contains(id) && met.insert(id)
    });
    Ok(fresh.collect())
}

async fn incidents(
    cx: &mut Context<'_, '_>,
    map: &DistrictMap,
    kinds: &[Kind],
    rows: &[&IncidentRow],
) -> Result<Vec<ImportedIncident>, Fault> {
    let mut numbers = numbers(cx, map, rows).await?;
    let mut imported = Vec::with_capacity(rows.len());
    for row in rows {
        let fresh = kinds.iter().find(|kind| kind.code == row.kind).map(|kind| kind.top);
        let top = fresh
            .or_else(|| map.top(&row.kind))
            .ok_or_else(|| Refusal::not_found("kind").about("kind"))?;
        let number = numbers.take(row.occurred_min);
        imported.push(ImportedIncident {
            incident: incident(cx.now_ms, map, row, (top, number)),
            source_id: row.source_id.clone(),
        });
    }
    Ok(imported)
}

fn incident(
    now_ms: i64,
    map: &DistrictMap,
    row: &IncidentRow,
    (top, number): (TopKind, String),
) -> Incident {
    let id = IncidentId::fresh();
    let grid = row.point.and_then(|point| map.locate(point));
    Incident {
        channel: Channel::of_incident(&map.district.id, &id).id,
        id,
        district: map.district.id.clone(),
        number,
        version: 1,
        state: IncidentState::Archived,
        level: None,
        kind_first: row.kind.clone(),
        kind_final: Some(row.kind.clone()),
        top,
        point: row.point,
        grid: grid.map(|grid| grid.code.clone()),
        grid_version: grid.map(|grid| grid.version),
        observed_ms: row.observed_ms,
        received_ms: now_ms,
        reporter: None,
        source: Source::Backfill,
        text: None,
        flags: Flags::default(),
        rating: None,
        moved_by: None,
        moved_ms: now_ms,
        assignments: Vec::new(),
        due: None,
    }
}

/// The stated civil time counts, also where daylight saving makes it ambiguous.
fn change(incident: &Incident, row: &IncidentRow, seq: i64) -> CountChange {
    CountChange {
        seq,
        at_ms: incident.received_ms,
        occurred_min: row.occurred_min,
        reported_min: row.occurred_min,
        bin: row.occurred_min.rem_euclid(DAY_MIN) / BIN_MIN,
        kind: row.kind.clone(),
        grid: incident.grid.clone().unwrap_or_else(|| "".into()),
        grid_version: incident.grid_version.unwrap_or(0),
        n: 1,
    }
}

/// The next numbers of the civil days that a slice has rows in.
struct Numbers {
    prefix: String,
    /// Day since 1970-01-01 → its text, and the next serial.
    next: HashMap<i64, (String, i64)>,
}

impl Numbers {
    fn take(&mut self, occurred_min: i64) -> String {
        let day = occurred_min.div_euclid(DAY_MIN);
        let (text, serial) = self.next.get_mut(&day).expect("every row's day was reserved");
        let number = format!("{}-{text}-{serial:04}", self.prefix);
        *serial += 1;
        number
    }
}

async fn numbers(
    cx: &mut Context<'_, '_>,
    map: &DistrictMap,
    rows: &[&IncidentRow],
) -> Result<Numbers, Fault> {
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.occurred_min.div_euclid(DAY_MIN)).or_default() += 1;
    }
    let mut next = HashMap::with_capacity(counts.len());
    for (day, count) in counts {
        let text = civil_day(day).strftime("%Y%m%d").to_string();
        let first = incident_store::next_serial(cx.tx, &map.district.id, &text, count).await?;
        next.insert(day, (text, first));
    }
    Ok(Numbers { prefix: map.district.prefix.clone(), next })
}
