//! What an import says at its end: how many rows were taken, which were refused, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use crate::command::ImportedCounts;
use crate::intake::{Fault, Refused, RowFault, Slice, Warned};

/// Some rows were refused.
const SOME_REFUSED: u8 = 3;
/// Refusals that are printed; the rest are counted, and all of them go to `--errors`.
pub(super) const MOST_PRINTED: usize = 20;

/// What came of a file's rows.
#[derive(Debug, Default)]
pub(super) struct Summary {
    read: u64,
    counts: ImportedCounts,
    refused: Vec<Fault<Refused>>,
    warned: Vec<Fault<Warned>>,
}

impl Summary {
    /// Data rows so far.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// Adds what was found while reading.
    pub(super) fn take_faults(&mut self, slice: Slice) {
        self.read += slice.read;
        self.refused.extend(slice.refused);
        self.warned.extend(slice.warned);
    }

    /// Adds what was stored.
    pub(super) fn take_counts(&mut self, counts: ImportedCounts) {
        self.counts.add(counts);
    }

    /// 0 when every row was taken, 3 otherwise.
    pub(super) fn exit_code(&self) -> ExitCode {
        exit_code(self.refused.len() as u64)
    }

    /// Prints it.
    pub(super) fn print(&self) {
        say(&self.text());
    }

    fn text(&self) -> String {
        let ImportedCounts { added, unchanged, .. } = self.counts;
        let refused = self.refused.len();
        let mut text =
            format!("{} rows: {added} taken, {unchanged} unchanged, {refused} refused", self.read);
        let mut kinds: BTreeMap<Warned, usize> = BTreeMap::new();
        for fault in &self.warned {
            *kinds.entry(fault.what).or_default() += 1;
        }
        for (what, count) in kinds {
            write!(text, "\nwarning: {count} × {what}; the rows were kept").expect(IN_MEMORY);
        }
        for fault in self.refused.iter().take(MOST_PRINTED) {
            write!(text, "\nrefused: {fault}").expect(IN_MEMORY);
        }
        if refused > MOST_PRINTED {
            let rest = refused - MOST_PRINTED;
            write!(text, "\nand {rest} more; --errors FILE lists them all").expect(IN_MEMORY);
        }
        text
    }

    /// Writes every refusal and warning as `row,line,what,reason`.
    pub(super) fn write(&self, file: &Path) -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_path(file)?;
        writer.write_record(["row", "line", "what", "reason"])?;
        for fault in &self.refused {
            writer.write_record(record(fault, "refused"))?;
        }
        for fault in &self.warned {
            writer.write_record(record(fault, "warning"))?;
        }
        Ok(writer.flush()?)
    }
}

const IN_MEMORY: &str = "writing to a string can't fail";

fn record<What: ToString>(fault: &Fault<What>, what: &str) -> [String; 4] {
    [fault.row.to_string(), fault.line.to_string(), what.to_owned(), fault.what.to_string()]
}

/// 0 when every row was taken, 3 otherwise.
pub(super) fn exit_code(refused: u64) -> ExitCode {
    if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_REFUSED) }
}

/// Prints what came of people or places.
pub(super) fn print_places(rows: u64, counts: ImportedCounts, refused: u64, faults: &[RowFault]) {
    let ImportedCounts { added, changed, unchanged } = counts;
    let mut text = format!(
        "{rows} rows: {added} added, {changed} changed, {unchanged} unchanged, {refused} refused"
    );
    for fault in faults.iter().take(MOST_PRINTED) {
        write!(text, "\n{}: {fault}", fault.severity).expect(IN_MEMORY);
    }
    if let Some(rest @ 1..) = faults.len().checked_sub(MOST_PRINTED) {
        write!(text, "\nand {rest} more; --errors FILE lists them all").expect(IN_MEMORY);
    }
    say(&text);
}

/// Writes faults as `row,line,column,what,reason`.
pub(super) fn write_faults(file: &Path, faults: &[RowFault]) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(["row", "line", "column", "what", "reason"])?;
    for fault in faults {
        let (row, line) = (fault.row.to_string(), fault.line.to_string());
        let column = fault.column.as_deref().unwrap_or_default();
        writer.write_record([&row, &line, column, fault.severity.as_str(), &fault.message])?;
    }
    Ok(writer.flush()?)
}

/// Prints a line. A closed pipe is no fault of an import that is done.
pub(super) fn say(text: &str) {
    drop(writeln!(io::stdout().lock(), "{text}"));
}
