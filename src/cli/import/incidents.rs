//! `xunfang import incidents`: one thread reads and checks, the writer stores, slice by slice.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::offline::Offline;
use super::summary::Summary;
use super::{Target, named};
use crate::clock::Zone;
use crate::command::{Command, Done};
use crate::domain::DistrictId;
use crate::intake::{Around, IncidentReader, IntakeError, Mapping, Slice, Source, SourceProgress};

/// Rows in one command: one event and one sync to disk each.
const SLICE_ROWS: usize = 2_000;
/// Slices that may wait between reading and storing.
const SLICES_AHEAD: usize = 4;
/// The bar moves this often.
const REDRAW_EVERY: Duration = Duration::from_millis(100);

/// A file of incidents.
#[derive(Debug, Args)]
pub(super) struct IncidentsArgs {
    /// The district's code
    #[arg(long, value_name = "CODE")]
    district: String,
    /// Which column is what, and under which class each kind hangs (TOML)
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    #[command(flatten)]
    target: Target,
    /// Writes every refusal and warning to this CSV file
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// The file
    file: PathBuf,
}

pub(super) async fn run(args: IncidentsArgs) -> anyhow::Result<ExitCode> {
    let mapping = fs::read_to_string(&args.map).with_context(|| named(&args.map))?;
    let mapping = Mapping::parse(&mapping).with_context(|| named(&args.map))?;
    let size = fs::metadata(&args.file).with_context(|| named(&args.file))?.len();
    let (source, progress) = Source::open(&args.file).with_context(|| named(&args.file))?;
    let offline = Offline::open(&args.target.data).await?;
    let (bar, mut summary) = (Bar::new(size, progress), Summary::default());
    let imported = import(&offline, &args, (mapping, source), &bar, &mut summary).await;
    bar.done();
    offline.close().await;
    // Of a file that fails in its middle too: what was stored before stays.
    if imported.is_ok() || summary.read() > 0 {
        summary.print();
    }
    if let Some(file) = &args.errors {
        summary.write(file).with_context(|| format!("{} can't be written", file.display()))?;
    }
    imported.with_context(|| named(&args.file))?;
    Ok(summary.exit_code())
}

async fn import(
    offline: &Offline,
    args: &IncidentsArgs,
    (mapping, source): (Mapping, Source),
    bar: &Bar,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let district = DistrictId::from(args.district.as_str());
    let zone = zone(offline, &district, &args.target.data).await?;
    let around = Around { zone, now_ms: offline.clock.now_ms() };
    let reader = IncidentReader::new(source, mapping, around)?;
    let (mut slices, reading) = read_ahead(reader);
    while let Some(mut slice) = slices.recv().await {
        let (kinds, rows) = (std::mem::take(&mut slice.kinds), std::mem::take(&mut slice.rows));
        summary.take_faults(slice);
        if !rows.is_empty() {
            let command = Command::ImportIncidents { district: district.clone(), kinds, rows };
            if let Done::Imported(counts) = offline.apply(command).await? {
                summary.take_counts(counts);
            }
        }
        bar.moved(summary);
    }
    // Only the reader knows whether it came to the end.
    Ok(reading.await.context("the reader did not end well")??)
}

async fn zone(offline: &Offline, district: &DistrictId, data: &Path) -> anyhow::Result<Zone> {
    let found = offline.store.district(district).await?;
    let found = found.ok_or_else(|| {
        anyhow!("there is no district {district} in {}: import it first", data.display())
    })?;
    Ok(found.timezone.parse()?)
}

/// Reads on a thread of its own while earlier slices are stored.
fn read_ahead(
    mut reader: IncidentReader<Source>,
) -> (mpsc::Receiver<Slice>, JoinHandle<Result<(), IntakeError>>) {
    let (sender, receiver) = mpsc::channel(SLICES_AHEAD);
    let reading = tokio::task::spawn_blocking(move || {
        while let Some(slice) = reader.next_slice(SLICE_ROWS)? {
            if sender.blocking_send(slice).is_err() {
                break;
            }
        }
        Ok(())
    });
    (receiver, reading)
}

/// The progress bar; nothing when nobody watches.
struct Bar {
    bar: ProgressBar,
    progress: SourceProgress,
}

impl Bar {
    fn new(size: u64, progress: SourceProgress) -> Self {
        let bar = ProgressBar::new(size);
        let style = "{bar:40} {percent:>3} %  {msg}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(REDRAW_EVERY);
        Self { bar, progress }
    }

    fn moved(&self, summary: &Summary) {
        self.bar.set_position(self.progress.bytes());
        self.bar.set_message(format!("{} rows", summary.read()));
    }

    fn done(&self) {
        self.bar.finish_and_clear();
    }
}
