//! Storing what was read of a file, slice by slice, through the writer like everything else.
//!
//! Invariant: a slice is a command of its own, and beside a running server the next one is sent
//! only after whatever else waited has had its turn.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::auth::Actor;
use crate::command::{Command, Done, Failure, ImportedCounts, PlaceSlice, Writer};
use crate::domain::DistrictId;
use crate::intake::{Around, IncidentReader, InputFile, IntakeError, Known, Load, Slice};
use crate::protocol::{Code, Refusal};

/// Rows in one command where nobody else waits: one event and one sync to disk each.
pub const ALONE_ROWS: usize = 2_000;
/// Incidents in one command beside a running server: some milliseconds of the writer.
const INCIDENT_ROWS: usize = 200;
/// Members, organisations, stations: each is asked for before it is written.
const PLACE_ROWS: usize = 50;
/// Slices that may wait between reading and storing.
const SLICES_AHEAD: usize = 4;
/// The longest rest between two slices; a rest is as long as the slice took, so that the writer
/// is never more than half an import's.
const MOST_REST: Duration = Duration::from_millis(50);
/// A full queue is tried again this often before the import gives up.
const TRIES: u32 = 100;

/// Whether others wait for the writer too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Nobody does.
    Alone,
    /// A server's phones and desks do, and come first.
    Beside,
}

/// Who stores a file where.
pub struct Loader {
    /// The writer.
    pub writer: Writer,
    /// Who asked.
    pub actor: Actor,
    /// Where it goes.
    pub district: DistrictId,
    /// How slices follow each other.
    pub pace: Pace,
}

impl Loader {
    /// Stores what may be stored of a file.
    ///
    /// # Errors
    /// The first slice's refusal; slices before it hold, and the same file again goes on there.
    pub async fn store(
        &self,
        file: Arc<InputFile>,
        known: &Known,
        load: Load,
    ) -> Result<ImportedCounts, Refusal> {
        let mut counts = ImportedCounts::default();
        match load {
            Load::Organisations(rows) => {
                self.places(rows, PlaceSlice::Organisations, &mut counts).await?;
            }
            Load::Members(rows) => self.places(rows, PlaceSlice::Members, &mut counts).await?,
            Load::Stations(rows) => self.places(rows, PlaceSlice::Stations, &mut counts).await?,
            Load::Grids(mut grids) => {
                for shaped in &mut grids {
                    let code = &shaped.grid.code;
                    let standing = known.grids.iter().find(|old| old.grid.code == *code);
                    shaped.grid.version = standing.map_or(0, |old| old.grid.version);
                }
                for grids in slices(grids, PLACE_ROWS) {
                    let district = self.district.clone();
                    let command = Command::ImportGrids { district, grids, checked: true };
                    counts.add(self.slice(command).await?);
                }
            }
            Load::Incidents { mapping, coordinates } => {
                let no_mapping = || Refusal::invalid("mapping", "say which column is what");
                let around = Around { zone: known.zone.clone(), now_ms: known.now_ms, coordinates };
                let reader = IncidentReader::new(&file, mapping.ok_or_else(no_mapping)?, around);
                let reader = reader.map_err(|error| unread(&error))?;
                self.incidents(reader, &mut counts).await?;
            }
        }
        Ok(counts)
    }

    async fn places<T>(
        &self,
        rows: Vec<T>,
        slice: impl Fn(Vec<T>) -> PlaceSlice,
        counts: &mut ImportedCounts,
    ) -> Result<(), Refusal> {
        for rows in slices(rows, PLACE_ROWS) {
            let (district, slice) = (self.district.clone(), slice(rows));
            counts.add(self.slice(Command::ImportPlaces { district, slice }).await?);
        }
        Ok(())
    }

    async fn incidents(
        &self,
        reader: IncidentReader,
        counts: &mut ImportedCounts,
    ) -> Result<(), Refusal> {
        let (mut read, reading) = read_ahead(reader, INCIDENT_ROWS);
        while let Some(Slice { kinds, rows, .. }) = read.recv().await {
            if !rows.is_empty() {
                let district = self.district.clone();
                counts.add(self.slice(Command::ImportIncidents { district, kinds, rows }).await?);
            }
        }
        let ended = reading.await.map_err(|error| {
            tracing::error!(%error, "a reader did not end well");
            Refusal::new(Code::Internal, "the file could not be read on")
        })?;
        ended.map_err(|error| unread(&error))
    }

    /// One slice, and then a rest.
    async fn slice(&self, command: Command) -> Result<ImportedCounts, Refusal> {
        let mut tries = 0;
        let (counts, took) = loop {
            let began = Instant::now();
            tries += 1;
            match self.writer.apply(self.actor.clone(), command.clone()).await {
                Ok(Done::Imported(counts)) => break (counts, began.elapsed()),
                Ok(_) => break (ImportedCounts::default(), began.elapsed()),
                Err(failure) if tries < TRIES && is_worth_another(&failure) => {
                    tokio::time::sleep(MOST_REST).await;
                }
                Err(failure) => return Err(failure.into()),
            }
        };
        metrics::histogram!("xunfang_import_slice_seconds").record(took.as_secs_f64());
        if self.pace == Pace::Beside {
            tokio::time::sleep(took.min(MOST_REST)).await;
        }
        Ok(counts)
    }
}

/// A slice is harmless to repeat: what it stored already is unchanged then.
fn is_worth_another(failure: &Failure) -> bool {
    match failure {
        Failure::Refused(refusal) => refusal.code == Code::Busy,
        Failure::Unknown => true,
    }
}

fn slices<T>(rows: Vec<T>, most: usize) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let slice: Vec<T> = rows.by_ref().take(most).collect();
        (!slice.is_empty()).then_some(slice)
    })
}

fn unread(error: &IntakeError) -> Refusal {
    Refusal::invalid("file", error.to_string())
}

/// Reads on a thread of its own while earlier slices are stored.
pub fn read_ahead(
    mut reader: IncidentReader,
    rows: usize,
) -> (mpsc::Receiver<Slice>, JoinHandle<Result<(), IntakeError>>) {
    let (sender, receiver) = mpsc::channel(SLICES_AHEAD);
    let reading = tokio::task::spawn_blocking(move || {
        while let Some(slice) = reader.next_slice(rows)? {
            if sender.blocking_send(slice).is_err() {
                break;
            }
        }
        Ok(())
    });
    (receiver, reading)
}
