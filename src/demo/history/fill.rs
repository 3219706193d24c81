//! Gives a demo the weeks that it lacks, oldest first.

use anyhow::{Context as _, anyhow};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::History;
use crate::auth::Actor;
use crate::clock::{Clock, IsoWeek, Zone};
use crate::command::{Command, Failure, Writer};
use crate::demo::gazetteer::DISTRICT_CODE;
use crate::domain::DistrictId;
use crate::intake::IncidentRow;
use crate::protocol::Refusal;
use crate::store::Store;

/// Complete weeks before the current one: five years, and what Farrington's windows need beside.
pub const WEEKS: u32 = 265;
/// Weeks in one command: about 2,000 rows, one event and one sync to disk.
const SLICE_WEEKS: usize = 22;
/// Slices that may wait between drawing and storing.
const SLICES_AHEAD: usize = 2;
/// How the source ids begin; then the week, then the serial in it.
const SOURCE: &str = "demo-";

/// The source id of a week's incident; serials begin at 1. Ids sort by time.
pub(super) fn source_id(week: IsoWeek, serial: usize) -> String {
    format!("{SOURCE}{week}-{serial:04}")
}

fn week_of(source_id: &str) -> Option<IsoWeek> {
    source_id.strip_prefix(SOURCE)?.get(..8)?.parse().ok()
}

/// Adds the complete weeks before now that the demo's district lacks, of the last `weeks`.
/// Stopped half-way, the next call does the rest.
///
/// # Errors
/// What the store or the writer says.
pub async fn fill(store: &Store, writer: &Writer, clock: &Clock, weeks: u32) -> anyhow::Result<()> {
    let district = DistrictId::from(DISTRICT_CODE);
    let known = store.district(&district).await?.context("the demo's district is not there")?;
    let zone: Zone = known.timezone.parse()?;
    let newest = store.newest_source_id(&district, SOURCE).await?;
    // A slice is stored whole or not at all, so every week up to the newest is there.
    let newest = newest.as_deref().and_then(week_of);
    let mut lacking = complete_weeks(zone.iso_week(clock.now_ms()), weeks);
    lacking.retain(|week| newest.is_none_or(|newest| *week > newest));
    if lacking.is_empty() {
        return Ok(());
    }
    let count = lacking.len();
    tracing::info!("writing {count} weeks of the demo's past");
    let (mut slices, drawing) = draw_ahead(lacking);
    let mut rows_in = 0;
    while let Some(rows) = slices.recv().await {
        rows_in += rows.len();
        let command =
            Command::ImportIncidents { district: district.clone(), kinds: Vec::new(), rows };
        let done = writer.apply(Actor::System, command).await;
        done.map_err(|failure: Failure| anyhow!(Refusal::from(failure)))?;
    }
    // A slice that was never drawn is no success.
    drawing.await?;
    tracing::info!("wrote {rows_in} incidents of {count} weeks");
    Ok(())
}

/// The last `weeks` weeks that are over in the week `now`, oldest first.
fn complete_weeks(now: IsoWeek, weeks: u32) -> Vec<IsoWeek> {
    let back = i32::try_from(weeks).unwrap_or(i32::MAX);
    (1..=back).rev().map_while(|weeks| now.plus(-weeks)).collect()
}

/// Draws on a thread of its own while earlier slices are stored.
fn draw_ahead(weeks: Vec<IsoWeek>) -> (mpsc::Receiver<Vec<IncidentRow>>, JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel(SLICES_AHEAD);
    let drawing = tokio::task::spawn_blocking(move || {
        let history = History::new(&crate::demo::district());
        for slice in weeks.chunks(SLICE_WEEKS) {
            let rows = slice.iter().flat_map(|week| history.week(*week)).collect();
            if sender.blocking_send(rows).is_err() {
                break;
            }
        }
    });
    (receiver, drawing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_their_week_and_sort_by_time() {
        let week: IsoWeek = "2026-W53".parse().unwrap();
        let ids: Vec<_> = [1, 20, 300].map(|serial| source_id(week, serial)).to_vec();
        assert!(ids.is_sorted() && ids[2] < source_id(week.next().unwrap(), 1));
        assert_eq!(ids[0], "demo-2026-W53-0001");
        assert_eq!(week_of(&ids[2]), Some(week));
        for other in ["", "demo-", "demo-2026-W5", "007"] {
            assert_eq!(week_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_week_that_runs_is_not_complete() {
        let weeks = complete_weeks("2026-W48".parse().unwrap(), WEEKS);
        assert_eq!(weeks.len(), 265);
        let ends = [weeks[0], weeks[264]].map(|week| week.to_string());
        assert_eq!(ends, ["2021-W43", "2026-W47"]);
        assert!(weeks.is_sorted());
        assert_eq!(complete_weeks("2026-W48".parse().unwrap(), 0), []);
    }
}
