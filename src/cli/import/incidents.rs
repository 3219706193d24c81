//! `xunfang import incidents`: one thread reads and checks, the writer stores, slice by slice.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::offline::Offline;
use super::summary::Summary;
use super::{Target, USAGE, ask, named, parse_coordinates};
use crate::app::{ALONE_ROWS, known, read_ahead};
use crate::command::{Command, Done};
use crate::domain::DistrictId;
use crate::intake::{
    Around, CoordinateQuestion, Coordinates, IncidentReader, InputFile, Mapping, guess,
    incident_question,
};

/// The bar moves this often.
const REDRAW_EVERY: Duration = Duration::from_millis(100);

/// A file of incidents.
#[derive(Debug, Args)]
pub(super) struct IncidentsArgs {
    /// The district's code
    #[arg(long, value_name = "CODE")]
    district: String,
    /// Which column is what, and under which class each kind hangs (TOML) [default: what the
    /// header says]
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// How coordinates stand in the file: wgs84, gcj02, bd09, swapped (latitude first),
    /// gcj02_swapped or bd09_swapped [default: wgs84, unless they don't fit the district]
    #[arg(long, value_name = "ORDER", value_parser = parse_coordinates)]
    coordinates: Option<Coordinates>,
    #[command(flatten)]
    target: Target,
    /// Writes every refusal and warning to this CSV file
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// The file
    file: PathBuf,
}

pub(super) async fn run(args: IncidentsArgs) -> anyhow::Result<ExitCode> {
    let mapping = mapping(&args)?;
    let file = InputFile::open(&args.file).with_context(|| named(&args.file))?;
    let Some(mapping) = mapping.map_or_else(|| guess(&file), |given| Ok(Some(given)))? else {
        return no_mapping();
    };
    let offline = Offline::open(&args.target.data).await?;
    let mut summary = Summary::default();
    let imported = import(&offline, &args, (&file, mapping), &mut summary).await;
    offline.close().await;
    if let Ok(Some(question)) = &imported {
        return ask(question);
    }
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

fn mapping(args: &IncidentsArgs) -> anyhow::Result<Option<Mapping>> {
    let Some(path) = &args.map else { return Ok(None) };
    let text = fs::read_to_string(path).with_context(|| named(path))?;
    Ok(Some(Mapping::parse(&text).with_context(|| named(path))?))
}

fn no_mapping() -> anyhow::Result<ExitCode> {
    let text = "the header doesn't say which column is what: say it with --map FILE\n";
    std::io::Write::write_all(&mut std::io::stderr().lock(), text.as_bytes())?;
    Ok(ExitCode::from(USAGE))
}

/// Stores the file, or returns what must be asked first.
async fn import(
    offline: &Offline,
    args: &IncidentsArgs,
    (file, mapping): (&InputFile, Mapping),
    summary: &mut Summary,
) -> anyhow::Result<Option<CoordinateQuestion>> {
    let district = DistrictId::from(args.district.as_str());
    if offline.store.district(&district).await?.is_none() {
        bail!("there is no district {district} in {}: import it first", args.target.data.display());
    }
    let known = known(&offline.store, &offline.clock, &district).await;
    let known = known.map_err(|refusal| anyhow!("{}", refusal.message))?;
    let coordinates = match args.coordinates {
        Some(coordinates) => coordinates,
        None => match incident_question(file, &mapping, &known.ground)? {
            Some(question) => return Ok(Some(question)),
            None => Coordinates::Wgs84,
        },
    };
    let around = Around { zone: known.zone, now_ms: known.now_ms, coordinates };
    let reader = IncidentReader::new(file, mapping, around)?;
    let bar = Bar::new(file.size(), reader.progress());
    let (mut slices, reading) = read_ahead(reader, ALONE_ROWS);
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
    reading.await.context("the reader did not end well")??;
    Ok(None)
}

/// The progress bar; nothing when nobody watches.
struct Bar {
    bar: ProgressBar,
    progress: Arc<AtomicU64>,
}

impl Bar {
    fn new(size: u64, progress: Arc<AtomicU64>) -> Self {
        let bar = ProgressBar::new(size);
        let style = "{bar:40} {percent:>3} %  {msg}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(REDRAW_EVERY);
        Self { bar, progress }
    }

    fn moved(&self, summary: &Summary) {
        self.bar.set_position(self.progress.load(Ordering::Relaxed));
        self.bar.set_message(format!("{} rows", summary.read()));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
