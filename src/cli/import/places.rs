//! `xunfang import members|organisations|stations|grids`: read whole, checked, then stored.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;

use super::offline::Offline;
use super::{Target, ask, named, parse_coordinates, summary};
use crate::app::known;
use crate::domain::DistrictId;
use crate::intake::{self, Answers, Coordinates, Imported, InputFile, Reading, Severity};

/// A file of people or places.
#[derive(Debug, Args)]
pub(super) struct PlacesArgs {
    /// The district's code
    #[arg(long, value_name = "CODE")]
    district: String,
    /// How coordinates stand in the file: wgs84, gcj02, bd09, swapped (latitude first),
    /// gcj02_swapped or bd09_swapped [default: wgs84, unless they don't fit the district]
    #[arg(long, value_name = "ORDER", value_parser = parse_coordinates)]
    coordinates: Option<Coordinates>,
    /// Writes every refusal and warning to this CSV file
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
    /// The file
    file: PathBuf,
}

pub(super) async fn run(what: Imported, args: PlacesArgs) -> anyhow::Result<ExitCode> {
    let file = InputFile::open(&args.file).with_context(|| named(&args.file))?;
    let offline = Offline::open(&args.target.data).await?;
    let done = import(&offline, what, &args, file).await;
    offline.close().await;
    done.with_context(|| named(&args.file))
}

async fn import(
    offline: &Offline,
    what: Imported,
    args: &PlacesArgs,
    file: InputFile,
) -> anyhow::Result<ExitCode> {
    let district = DistrictId::from(args.district.as_str());
    let known = known(&offline.store, &offline.clock, &district).await;
    let known = known.map_err(|refusal| anyhow!("{}", refusal.message))?;
    let answers = Answers { coordinates: args.coordinates, mapping: None };
    let read = intake::read(&file, what, &known, &answers)?;
    if let Some(path) = &args.errors {
        summary::write_faults(path, &read.faults)
            .with_context(|| format!("{} can't be written", path.display()))?;
    }
    if let Some(question) = &read.question {
        return ask(question);
    }
    if read.refused() > 0 && (what == Imported::Grids || read.taken == 0) {
        bail!("nothing is stored: {}", refusals(&read));
    }
    let (rows, refused, faults) = (read.rows, read.refused(), read.faults);
    let loader = offline.loader(&district);
    let counts = loader.store(Arc::new(file), &known, read.load).await;
    let counts = counts.map_err(|refusal| anyhow!("{}", refusal.message))?;
    summary::print_places(rows, counts, refused, &faults);
    Ok(summary::exit_code(refused))
}

fn refusals(read: &Reading) -> String {
    let refused = read.faults.iter().filter(|fault| fault.severity == Severity::Refused);
    let texts: Vec<String> = refused
        .map(|fault| match fault.message.starts_with("feature ") {
            true => fault.message.clone(),
            false => fault.to_string(),
        })
        .collect();
    let rest = texts.len().saturating_sub(summary::MOST_PRINTED);
    let mut said = texts[..texts.len() - rest].join("; ");
    if rest > 0 {
        said.push_str(&format!("; and {rest} more"));
    }
    said
}
