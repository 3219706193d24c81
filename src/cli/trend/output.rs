//! Where results go: standard output or a file.
//!
//! It must not format numbers other than shortest-exact. Invariant: NaN is written as an empty cell.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::Context;

/// Opens `-` as standard output, anything else as a file.
pub(super) fn open(out: &str) -> anyhow::Result<Box<dyn Write>> {
    if out == "-" {
        return Ok(Box::new(io::stdout().lock()));
    }
    let file = File::create(out).with_context(|| format!("cannot write {out}"))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// Writes rows as csv.
pub(super) fn write_csv(
    out: &str,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(open(out)?);
    for row in rows {
        writer.write_record(&row).with_context(|| format!("cannot write {out}"))?;
    }
    writer.flush().with_context(|| format!("cannot write {out}"))
}

/// Writes one JSON value and a line end to standard output.
pub(super) fn write_json(value: &serde_json::Value) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Writes a line of text to standard output.
pub(super) fn write_line(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(())
}

/// A number as a csv cell; empty when undefined.
pub(super) fn cell(value: Option<f64>) -> String {
    value.filter(|value| !value.is_nan()).map_or_else(String::new, |value| value.to_string())
}
