//! `xunfang trend near-repeat`.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::output::{write_json, write_line};
use super::settings::UsageError;
use super::table::Table;
use crate::trend::near_repeat::{
    Distance, Happening, KnoxCell, KnoxSettings, KnoxTable, knox, zones,
};

/// Arguments of `near-repeat`.
#[derive(Debug, Args)]
pub(super) struct NearRepeatArgs {
    /// A csv file with one row an event, or - for standard input
    #[arg(long = "in", value_name = "FILE")]
    input: String,
    /// The column of eastings, metres
    #[arg(long, default_value = "x")]
    x: String,
    /// The column of northings, metres
    #[arg(long, default_value = "y")]
    y: String,
    /// The column of dates
    #[arg(long, default_value = "date")]
    date: String,
    /// Upper edges of the distance bins, rising
    #[arg(long, value_delimiter = ',', required = true)]
    metres: Vec<f64>,
    /// Upper edges of the day bins, rising
    #[arg(long, value_delimiter = ',', required = true)]
    days: Vec<i64>,
    /// How distance is measured
    #[arg(long, value_enum, default_value_t = Measure::Manhattan)]
    distance: Measure,
    /// Permutations for p
    #[arg(long, default_value_t = 999)]
    permutations: u32,
    /// Seed of the permutations
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Measure {
    Manhattan,
    Euclidean,
}

pub(super) fn run(args: &NearRepeatArgs) -> anyhow::Result<()> {
    let rising = args.metres.iter().is_sorted_by(|a, b| a < b)
        && args.days.iter().is_sorted_by(|a, b| a < b)
        && args.metres[0] > 0.0
        && args.days[0] > 0;
    if !rising {
        return Err(UsageError("--metres and --days must rise, from above 0".to_owned()).into());
    }
    let table = Table::read(&args.input)?;
    let dates = table.dates(&args.date)?;
    let places = table.numbers(&args.x)?.into_iter().zip(table.numbers(&args.y)?);
    let events: Vec<Happening> = places
        .zip(&dates)
        .map(|((x_m, y_m), date)| Happening {
            x_m,
            y_m,
            day: i64::from((*date - dates[0]).get_days()),
        })
        .collect();
    let settings = KnoxSettings {
        metres: args.metres.clone(),
        days: args.days.clone(),
        distance: match args.distance {
            Measure::Manhattan => Distance::Manhattan,
            Measure::Euclidean => Distance::Euclidean,
        },
        permutations: args.permutations,
        seed: args.seed,
    };
    let found = knox(&events, &settings);
    if args.json {
        write_json(&as_json(&found, &events, &settings))
    } else {
        as_text(&found, &settings)
    }
}

fn as_json(table: &KnoxTable, events: &[Happening], settings: &KnoxSettings) -> Value {
    let matrix = |value: &dyn Fn(&KnoxCell) -> Value| -> Vec<Vec<Value>> {
        table.cells.iter().map(|row| row.iter().map(value).collect()).collect()
    };
    let today = events.iter().map(|event| event.day).max().unwrap_or(0);
    let zones_of = |horizon| -> Vec<Value> {
        let found = zones(events, table, settings, today, horizon);
        let zone = |zone: crate::trend::near_repeat::Zone| {
            json!({
                "x": zone.x_m, "y": zone.y_m, "radius_m": zone.radius_m,
                "from_day": zone.first_day - today, "to_day": zone.last_day - today,
            })
        };
        found.into_iter().map(zone).collect()
    };
    json!({
        "n": table.events,
        "pairs": table.pairs,
        "metres": settings.metres,
        "days": settings.days,
        "observed": matrix(&|cell| json!(cell.observed)),
        "expected": matrix(&|cell| json!(cell.expected)),
        "sd": matrix(&|cell| json!(cell.deviation)),
        "ratio": matrix(&|cell| json!(cell.ratio())),
        "z": matrix(&|cell| json!(cell.z())),
        "p": matrix(&|cell| json!(cell.p)),
        "shown": matrix(&|cell| json!(cell.is_shown())),
        "zones_7_days": zones_of(7),
        "zones_14_days": zones_of(14),
    })
}

fn as_text(table: &KnoxTable, settings: &KnoxSettings) -> anyhow::Result<()> {
    let metres = settings.metres.iter().map(|edge| format!("<{edge} m"));
    let rows = metres.chain(["farther".to_owned()]).zip(&table.cells);
    for (name, row) in rows {
        let days = settings.days.iter().map(|edge| format!("<{edge} d"));
        for (day, cell) in days.chain(["later".to_owned()]).zip(row) {
            let ratio = cell.ratio().filter(|_| cell.is_shown());
            let ratio = ratio.map_or_else(|| "—".to_owned(), |ratio| format!("{ratio:.2}"));
            write_line(&format!(
                "{name:>12} {day:>8}: {:>8} seen, {:>12.2} expected, ratio {ratio}",
                cell.observed, cell.expected
            ))?;
        }
    }
    Ok(())
}
