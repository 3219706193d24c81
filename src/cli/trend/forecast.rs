//! `xunfang trend forecast`.

use clap::Args;
use jiff::ToSpan;

use super::output::{cell, write_csv};
use super::table::Table;
use crate::trend::forecast::forecast;

/// Arguments of `forecast`.
#[derive(Debug, Args)]
pub(super) struct ForecastArgs {
    /// A csv file with one row a week, or - for standard input
    #[arg(long = "in", value_name = "FILE")]
    input: String,
    /// The column of dates, a week apart
    #[arg(long)]
    time: Option<String>,
    /// The column of counts
    #[arg(long)]
    column: String,
    /// Weeks ahead, 1 to 4
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=4))]
    weeks: u8,
    /// Where the csv goes; - is standard output
    #[arg(long, default_value = "-")]
    out: String,
}

pub(super) fn run(args: &ForecastArgs) -> anyhow::Result<()> {
    let table = Table::read(&args.input)?;
    let counts = table.counts(&args.column)?;
    let dates = args.time.as_ref().map(|time| table.weeks(time)).transpose()?;
    let weeks = forecast(&counts, usize::from(args.weeks));
    if weeks.is_empty() {
        anyhow::bail!("{} has {} weeks; a forecast needs 13", args.input, counts.len());
    }
    let mut header: Vec<String> = ["t", "expected", "low", "high"].map(str::to_owned).to_vec();
    let last = args.time.as_ref().zip(dates.as_ref().and_then(|dates| dates.last()));
    if let Some((name, _)) = last {
        header.insert(1, name.clone());
    }
    let mut rows = vec![header];
    for (week, ahead) in weeks.iter().zip(1_i32..) {
        let mut row = vec![
            (counts.len() + week.ahead).to_string(),
            cell(Some(week.expected)),
            week.low.to_string(),
            week.high.to_string(),
        ];
        if let Some((_, last)) = last {
            row.insert(1, last.checked_add((7 * ahead).days())?.to_string());
        }
        rows.push(row);
    }
    write_csv(&args.out, rows)
}
