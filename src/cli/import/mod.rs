//! `xunfang import`: districts, their people and places, and past incidents, from files.
//!
//! Exit codes: 0 all taken, 3 some rows refused, 1 failed, 2 wrong usage, or a question about
//! the file that a flag answers.

mod incidents;
mod offline;
mod places;
mod summary;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::command::Command;
use crate::intake::{self, CoordinateQuestion, Coordinates, DistrictRead, Imported, InputFile};
use offline::Offline;

/// Wrong usage.
const USAGE: u8 = 2;

/// What is imported.
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A district: GeoJSON with the properties code, name and timezone
    District {
        #[command(flatten)]
        target: Target,
        /// How coordinates stand in the file: wgs84, gcj02, bd09, swapped and so on
        #[arg(long, value_name = "ORDER", value_parser = parse_coordinates)]
        coordinates: Option<Coordinates>,
        /// The file
        file: PathBuf,
    },
    /// Micro-grids: GeoJSON with the properties code, name and kind
    Grids(places::PlacesArgs),
    /// Organisations: a table with 名称/name, 类别/kind, 网格/grids
    Organisations(places::PlacesArgs),
    /// Members: a table with 姓名/name, 单位/org, 力量/force, 角色/role, 班组/team, 手机/phone, 网格/grid
    Members(places::PlacesArgs),
    /// Stations: a table with 名称/name, 类别/kind, 经度/lng, 纬度/lat, or GeoJSON points
    Stations(places::PlacesArgs),
    /// Incidents that are over: .csv, .csv.gz or .xlsx
    Incidents(incidents::IncidentsArgs),
}

/// Where it goes.
#[derive(Debug, Args)]
struct Target {
    /// The data folder; it is made when there is none
    #[arg(long, value_name = "DIR", default_value = "var/data")]
    data: PathBuf,
}

/// Imports a file.
///
/// # Errors
/// When the file or the store can't be read, or the whole is refused; rows that are refused
/// alone are counted in the exit code.
pub async fn run(args: ImportArgs) -> anyhow::Result<ExitCode> {
    match args.what {
        What::District { target, coordinates, file } => {
            district(&target.data, coordinates, &file).await
        }
        What::Grids(args) => places::run(Imported::Grids, args).await,
        What::Organisations(args) => places::run(Imported::Organisations, args).await,
        What::Members(args) => places::run(Imported::Members, args).await,
        What::Stations(args) => places::run(Imported::Stations, args).await,
        What::Incidents(args) => incidents::run(args).await,
    }
}

async fn district(
    data: &Path,
    coordinates: Option<Coordinates>,
    file: &Path,
) -> anyhow::Result<ExitCode> {
    let input = InputFile::open(file).with_context(|| named(file))?;
    let read = intake::district(&input, coordinates).with_context(|| named(file))?;
    let DistrictRead { district, outline, question } = read;
    if let Some(question) = question {
        return ask(&question);
    }
    let name = format!("{} {}", district.id, district.name);
    let offline = Offline::open(data).await?;
    let stored = offline.apply(Command::ImportDistrict { district, outline }).await;
    offline.close().await;
    stored.with_context(|| named(file))?;
    summary::say(&format!("district {name} is stored in {}", data.display()));
    Ok(ExitCode::SUCCESS)
}

/// Nothing is guessed: whoever imports says how it is.
fn ask(question: &CoordinateQuestion) -> anyhow::Result<ExitCode> {
    let choices: Vec<&str> = question.choices.iter().map(|choice| choice.as_str()).collect();
    let sentence = question.sentence();
    let text = format!(
        "nothing is stored: {sentence}. Say how they stand with --coordinates {} \
         (--coordinates {} looks right)\n",
        choices.join("|"),
        question.suggested,
    );
    std::io::Write::write_all(&mut std::io::stderr().lock(), text.as_bytes())?;
    Ok(ExitCode::from(USAGE))
}

fn parse_coordinates(text: &str) -> Result<Coordinates, String> {
    let names: Vec<&str> = Coordinates::ALL.iter().map(|each| each.as_str()).collect();
    Coordinates::parse(text).ok_or_else(|| format!("use {}", names.join(", ")))
}

fn named(file: &Path) -> String {
    format!("{} can't be imported", file.display())
}
