//! `xunfang trend hotspot`.

use std::collections::HashMap;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::output::{cell, write_csv};
use super::settings::UsageError;
use super::table::Table;
use crate::trend::hotspot::{Neighbours, local_statistics};

/// Arguments of `hotspot`.
#[derive(Debug, Args)]
pub(super) struct HotspotArgs {
    /// A csv file with one row a cell, or - for standard input
    #[arg(long = "in", value_name = "FILE")]
    input: String,
    /// The column of the cells' columns in the raster
    #[arg(long, required_unless_present = "neighbours_column")]
    x: Option<String>,
    /// The column of the cells' rows in the raster
    #[arg(long, required_unless_present = "neighbours_column")]
    y: Option<String>,
    /// The column of values
    #[arg(long)]
    value: String,
    /// Which cells of the raster are neighbours
    #[arg(long, value_enum, default_value_t = Contiguity::Queen)]
    neighbours: Contiguity,
    /// The column that lists each cell's neighbours by id, separated by spaces
    #[arg(long)]
    neighbours_column: Option<String>,
    /// The column of ids; without it and without a column "id", rows are numbered from 0
    #[arg(long)]
    id: Option<String>,
    /// Where the csv goes; - is standard output
    #[arg(long, default_value = "-")]
    out: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Contiguity {
    /// By an edge or a corner
    Queen,
}

const RESULTS: [&str; 4] = ["g_star", "z", "p", "moran_i"];

pub(super) fn run(args: &HotspotArgs) -> anyhow::Result<()> {
    let table = Table::read(&args.input)?;
    let values = table.numbers(&args.value)?;
    let neighbours = match (&args.neighbours_column, &args.x, &args.y) {
        (Some(column), _, _) => listed(&table, column, args.id.as_deref())?,
        (None, Some(x), Some(y)) => {
            let Contiguity::Queen = args.neighbours;
            let cells = table.integers(x)?.into_iter().zip(table.integers(y)?);
            Neighbours::queen(&cells.collect::<Vec<_>>())?
        }
        _ => return Err(UsageError("give --x and --y, or --neighbours-column".to_owned()).into()),
    };
    // An input column of a result's name would make two of it: the result stands.
    let kept: Vec<bool> =
        table.headers().iter().map(|name| !RESULTS.contains(&name.as_str())).collect();
    let of_input = |cells: Vec<String>| {
        let cells = cells.into_iter().zip(&kept);
        cells.filter(|(_, kept)| **kept).map(|(cell, _)| cell).collect::<Vec<String>>()
    };
    let mut header = of_input(table.headers().to_vec());
    header.extend(RESULTS.map(str::to_owned));
    let rows =
        local_statistics(&values, &neighbours).into_iter().enumerate().map(|(row, found)| {
            let mut cells = of_input(table.row(row).map(str::to_owned).collect());
            let results = [found.g_star, found.z, found.p, found.moran];
            cells.extend(results.map(|value| cell(Some(value))));
            cells
        });
    write_csv(&args.out, std::iter::once(header).chain(rows))
}

fn listed(table: &Table, column: &str, id: Option<&str>) -> anyhow::Result<Neighbours> {
    let id = id.or_else(|| table.has("id").then_some("id"));
    let ids: Vec<String> = match id {
        Some(id) => table.texts(id)?.into_iter().map(str::to_owned).collect(),
        None => (0..table.len()).map(|row| row.to_string()).collect(),
    };
    let rows: HashMap<&str, usize> =
        ids.iter().enumerate().map(|(row, id)| (id.as_str(), row)).collect();
    if rows.len() < ids.len() {
        anyhow::bail!("the ids of the cells are not all different");
    }
    let mut lists = Vec::with_capacity(ids.len());
    for (row, list) in table.texts(column)?.into_iter().enumerate() {
        let names = list.split([' ', ';', ',']).filter(|name| !name.is_empty());
        let list: anyhow::Result<Vec<usize>> = names
            .map(|name| {
                let found = rows.get(name).copied();
                found.with_context(|| {
                    format!("row {}, column {column}: no cell has the id {name:?}", row + 1)
                })
            })
            .collect();
        lists.push(list?);
    }
    Ok(Neighbours::from_lists(lists)?)
}
