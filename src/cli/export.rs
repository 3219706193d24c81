//! `xunfang export`: tables of counts, beside a running server if there is one.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, ValueEnum};

use super::Cli;
use crate::clock::{Clock, DateTime, IsoWeek, Period, Zone};
use crate::domain::{District, DistrictId};
use crate::export::{By, Shapes, Table, by, weekly};
use crate::store::{DatabaseSettings, Store, folder};

/// Tables of counts.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The district's code
    #[arg(long, value_name = "CODE")]
    district: String,
    /// A week's table by kind and grid, e.g. 2026-W48 [default: the current week]
    #[arg(long, value_name = "WEEK", conflicts_with_all = ["by", "from", "to"])]
    week: Option<IsoWeek>,
    /// A plain table instead: week,kind or year,grid or week,grid or year,kind or day,kind
    #[arg(long, value_name = "COLUMNS", requires_all = ["from", "to"])]
    by: Option<By>,
    /// The first week or date, inclusive
    #[arg(long, value_name = "WEEK|DATE", requires = "by")]
    from: Option<String>,
    /// The last week or date, inclusive
    #[arg(long, value_name = "WEEK|DATE", requires = "by")]
    to: Option<String>,
    /// One or several; geojson is the micro-grids with their figures
    #[arg(long, value_enum, value_delimiter = ',', default_value = "csv")]
    format: Vec<Format>,
    /// The folder that the files go to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "var/data")]
    data: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Xlsx,
    Geojson,
}

/// Writes the tables and prints their paths.
///
/// # Errors
/// When there is no such district, or the files can't be written.
pub async fn run(args: ExportArgs) -> anyhow::Result<ExitCode> {
    let period = match args.from.as_deref().zip(args.to.as_deref()) {
        Some((from, to)) => match Period::parse(from, to) {
            Ok(period) => Some(period),
            Err(error) => return misused(&error.to_string()),
        },
        None => None,
    };
    if !folder::has_data(&args.data) {
        bail!("there are no data in {}", args.data.display());
    }
    let store = Store::open_beside(&DatabaseSettings::default(), &args.data).await?;
    let written = export(&store, &args, period).await;
    store.close().await;
    written?;
    Ok(ExitCode::SUCCESS)
}

/// Wrong usage that only the whole line shows.
fn misused(why: &str) -> anyhow::Result<ExitCode> {
    let error = Cli::command().error(ErrorKind::ValueValidation, why);
    error.print()?;
    Ok(ExitCode::from(u8::try_from(error.exit_code())?))
}

async fn export(store: &Store, args: &ExportArgs, period: Option<Period>) -> anyhow::Result<()> {
    let district = district(store, args).await?;
    let zone: Zone = district.timezone.parse()?;
    let now = zone.civil(Clock::system().now_ms());
    let (table, name, plain) = match args.by.zip(period) {
        Some((columns, period)) => {
            let counts = store.day_counts(&district.id, period).await?;
            (by(&counts, columns), columns.file_stem().to_owned(), true)
        }
        None => {
            let week = args.week.unwrap_or_else(|| IsoWeek::of(now.date()));
            let counts = store.day_counts(&district.id, Period::week(week)).await?;
            (weekly(&counts), format!("{}_{week}", file_name(&district.id)), false)
        }
    };
    let shapes = shapes(store, &district.id).await?;
    if args.format.contains(&Format::Geojson) && table.grid_geojson(&shapes).is_none() {
        bail!("this table has no micro-grids, so it can't be written as geojson");
    }
    fs::create_dir_all(&args.out)
        .with_context(|| format!("{} can't be made", args.out.display()))?;
    for format in &args.format {
        write(&args.out, &name, &bytes(&table, *format, (plain, now), &shapes)?, *format)?;
    }
    Ok(())
}

async fn shapes(store: &Store, district: &DistrictId) -> anyhow::Result<Shapes> {
    let shaped = store.grids(district).await?.into_iter();
    Ok(shaped.map(|shaped| (shaped.grid.code.to_string(), shaped.shape)).collect())
}

async fn district(store: &Store, args: &ExportArgs) -> anyhow::Result<District> {
    let id = DistrictId::from(args.district.as_str());
    let found = store.district(&id).await?;
    found.ok_or_else(|| anyhow!("there is no district {id} in {}", args.data.display()))
}

/// A plain table is for programs; the week's table opens in a spreadsheet.
fn bytes(
    table: &Table,
    format: Format,
    (plain, now): (bool, DateTime),
    shapes: &Shapes,
) -> anyhow::Result<Vec<u8>> {
    Ok(match format {
        Format::Geojson => table.grid_geojson(shapes).unwrap_or_default(),
        Format::Csv if plain => table.plain_csv(),
        Format::Csv => table.guarded_csv(),
        Format::Xlsx => table.xlsx("xunfang", now)?,
    })
}

fn write(folder: &Path, name: &str, bytes: &[u8], format: Format) -> anyhow::Result<()> {
    let ending = match format {
        Format::Csv => "csv",
        Format::Xlsx => "xlsx",
        Format::Geojson => "geojson",
    };
    let path = folder.join(format!("{name}.{ending}"));
    fs::write(&path, bytes).with_context(|| format!("{} can't be written", path.display()))?;
    drop(writeln!(io::stdout().lock(), "{}", path.display()));
    Ok(())
}

/// A district's code as part of a file's name: it comes from a file and may hold anything.
fn file_name(district: &DistrictId) -> String {
    district.as_str().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}
