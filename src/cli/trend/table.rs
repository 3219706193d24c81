//! A csv file by columns, with errors that name the column and the row.
//!
//! It must not guess: a cell that isn't what it should be is an error. Invariant: rows are numbered
//! as people see them, the header not counted, from 1.

use std::io::{self, Read};

use anyhow::{Context, bail};
use jiff::civil::Date;

/// A file read whole.
pub(super) struct Table {
    name: String,
    headers: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    /// Reads a file, or standard input for `-`; a UTF-8 BOM is skipped.
    pub(super) fn read(path: &str) -> anyhow::Result<Self> {
        let mut text = String::new();
        if path == "-" {
            io::stdin().lock().read_to_string(&mut text).context("cannot read standard input")?;
        } else {
            text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let headers = reader.headers().with_context(|| format!("{path} is not csv"))?;
        let headers: Vec<String> = headers.iter().map(|name| name.trim().to_owned()).collect();
        let rows: Result<_, _> = reader.records().collect();
        let rows: Vec<csv::StringRecord> = rows.with_context(|| format!("{path} is not csv"))?;
        if rows.is_empty() {
            bail!("{path} has no rows");
        }
        Ok(Self { name: path.to_owned(), headers, rows })
    }

    /// Names of the columns.
    pub(super) fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Whether there is such a column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.headers.iter().any(|name| name == column)
    }

    /// Cells of a row, in the order of the columns.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        self.rows[row].iter()
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The cells of a column.
    pub(super) fn texts(&self, column: &str) -> anyhow::Result<Vec<&str>> {
        let Some(index) = self.headers.iter().position(|name| name == column) else {
            let known = self.headers.join(", ");
            bail!("{} has no column {column:?}; it has {known}", self.name);
        };
        Ok(self.rows.iter().map(|row| row.get(index).unwrap_or("").trim()).collect())
    }

    /// A column of counts: whole numbers from 0.
    pub(super) fn counts(&self, column: &str) -> anyhow::Result<Vec<u32>> {
        self.parsed(column, "a count", |text| text.parse().ok())
    }

    /// A column of finite numbers.
    pub(super) fn numbers(&self, column: &str) -> anyhow::Result<Vec<f64>> {
        self.parsed(column, "a number", |text| text.parse().ok().filter(|x: &f64| x.is_finite()))
    }

    /// A column of whole numbers.
    pub(super) fn integers(&self, column: &str) -> anyhow::Result<Vec<i64>> {
        self.parsed(column, "a whole number", |text| text.parse().ok())
    }

    /// A column of dates such as 2026-11-24.
    pub(super) fn dates(&self, column: &str) -> anyhow::Result<Vec<Date>> {
        self.parsed(column, "a date such as 2026-11-24", |text| text.parse().ok())
    }

    /// A column of dates, each a week after the one before.
    pub(super) fn weeks(&self, column: &str) -> anyhow::Result<Vec<Date>> {
        let dates = self.dates(column)?;
        for (row, pair) in dates.windows(2).enumerate() {
            if (pair[1] - pair[0]).get_days() != 7 {
                let (before, after) = (pair[0], pair[1]);
                bail!("{}, row {}: {after} is not a week after {before}", self.name, row + 2);
            }
        }
        Ok(dates)
    }

    fn parsed<T>(
        &self,
        column: &str,
        what: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> anyhow::Result<Vec<T>> {
        let cells = self.texts(column)?;
        let rows = cells.iter().enumerate().map(|(row, text)| {
            parse(text).with_context(|| {
                format!("{}, row {}, column {column}: {text:?} is not {what}", self.name, row + 1)
            })
        });
        rows.collect()
    }
}
