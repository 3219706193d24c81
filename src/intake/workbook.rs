//! An Excel workbook's first visible sheet as lines of values, so that one reader reads both.
//!
//! Cells are streamed: a sheet whose corners are far apart costs what its cells cost.
//! Invariant: line n is the sheet's row n; a formula is its last result, as text.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Cell, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use super::fault::IntakeError;

/// Columns that a table of ours can have; more is no table.
const MOST_COLUMNS: usize = 200;
/// Integers up to here are exact in a cell, which is a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The lines, with at most `limit` bytes of anything on the way there.
pub(super) fn to_csv(bytes: Vec<u8>, limit: u64) -> Result<Vec<u8>, IntakeError> {
    check_unpacked(&bytes, limit)?;
    // A broken workbook must not take its reader's thread down, whatever the library makes of it.
    catch_unwind(AssertUnwindSafe(|| first_sheet(bytes, limit)))
        .unwrap_or_else(|_| Err(broken("it makes no sense")))
}

/// Unpacks every part into nothing: a part's stated size can be a lie.
fn check_unpacked(bytes: &[u8], limit: u64) -> Result<(), IntakeError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(broken)?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let size = size.map_err(broken)?;
        left = left
            .checked_sub(size)
            .ok_or(IntakeError::TooLarge { what: "unpacked, the workbook", limit })?;
    }
    Ok(())
}

fn first_sheet(bytes: Vec<u8>, limit: u64) -> Result<Vec<u8>, IntakeError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = book.sheets_metadata().iter();
    let shown = |sheet: &&calamine::Sheet| {
        sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
    };
    let name = sheets.filter(shown).map(|sheet| sheet.name.clone()).next();
    let name = name.ok_or_else(|| broken("it has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
    let mut sheet = Sheet { lines: Vec::new(), row: Vec::new(), at: 0, width: None, limit };
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        sheet.take(&cell)?;
    }
    sheet.end_row()?;
    Ok(sheet.lines)
}

/// The lines so far, and the row that is being read.
struct Sheet {
    lines: Vec<u8>,
    row: Vec<String>,
    /// Its number, from 0.
    at: usize,
    /// The header's, once it is known.
    width: Option<usize>,
    limit: u64,
}

impl Sheet {
    fn take(&mut self, cell: &Cell<DataRef<'_>>) -> Result<(), IntakeError> {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        let text = text(cell.get_value());
        if text.is_empty() {
            return Ok(());
        }
        if row < self.at {
            return Err(broken("its rows aren't in order"));
        }
        while self.at < row {
            self.end_row()?;
            self.at += 1;
        }
        if column >= MOST_COLUMNS {
            return Err(broken(format!("it has more than {MOST_COLUMNS} columns")));
        }
        if self.row.len() <= column {
            self.row.resize(column + 1, String::new());
        }
        self.row[column] = text;
        Ok(())
    }

    /// Writes the row, an empty one as an empty line, which readers skip.
    fn end_row(&mut self) -> Result<(), IntakeError> {
        let mut row = std::mem::take(&mut self.row);
        if row.is_empty() {
            self.lines.push(b'\n');
        } else {
            let width = *self.width.get_or_insert(row.len());
            if row.len() < width {
                row.resize(width, String::new());
            }
            let mut line = csv::Writer::from_writer(&mut self.lines);
            line.write_record(&row).and_then(|()| Ok(line.flush()?)).map_err(broken)?;
        }
        let (what, limit) = ("unpacked, the workbook", self.limit);
        if self.lines.len() as u64 > limit {
            return Err(IntakeError::TooLarge { what, limit });
        }
        Ok(())
    }
}

/// A cell as text of one line.
fn text(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) => time(at),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Error(error) => error.to_string(),
    };
    if text.contains(['\n', '\r']) { text.replace(['\n', '\r'], " ") } else { text }
}

fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < EXACT { format!("{n:.0}") } else { n.to_string() }
}

/// A date, a time of day, or both.
fn time(at: &ExcelDateTime) -> String {
    if !at.is_datetime() {
        return number(at.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let (date, clock) =
        (format!("{year:04}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}"));
    match at.as_f64() {
        n if n < 1.0 => clock,
        n if n.fract() == 0.0 => date,
        _ => format!("{date} {clock}"),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
fn broken(why: impl ToString) -> IntakeError {
    IntakeError::NotWorkbook(why.to_string())
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime as WrittenTime, Format, Formula, Workbook};

    use super::*;

    fn csv(book: &mut Workbook) -> String {
        String::from_utf8(to_csv(book.save_to_buffer().unwrap(), 1 << 20).unwrap()).unwrap()
    }

    #[test]
    fn a_sheet_is_lines_whose_numbers_are_its_rows() {
        let mut book = Workbook::new();
        book.add_worksheet().set_hidden(true).write(0, 0, "hidden").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_active(true);
        let dated = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        sheet.write(0, 0, "姓名").unwrap().write(0, 1, "手机").unwrap().write(0, 2, "at").unwrap();
        sheet.write(2, 0, "张\n三").unwrap().write(2, 1, 10_000_000_001_i64).unwrap();
        let at = WrittenTime::from_ymd(2026, 11, 24).unwrap().and_hms(20, 5, 0.0).unwrap();
        sheet.write_with_format(2, 2, &at, &dated).unwrap();
        sheet.write_formula(3, 0, Formula::new("1+1").set_result("2")).unwrap();
        sheet.write(3, 1, 0.5).unwrap();
        sheet.write(4, 0, "=1+1").unwrap();
        assert_eq!(
            csv(&mut book),
            "姓名,手机,at\n\n张 三,10000000001,2026-11-24 20:05:00\n2,0.5,\n=1+1,,\n"
        );
    }

    #[test]
    fn what_is_no_workbook_or_too_large_says_so() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..2_000 {
            sheet.write(row, 0, "a text that every row has").unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        let refused = |bytes: &[u8], limit| to_csv(bytes.to_vec(), limit).unwrap_err().to_string();
        assert!(refused(&bytes, 20_000).contains("unpacked, the workbook is larger than"));
        assert!(refused(&bytes[..bytes.len() / 2], 1 << 20).contains("can't be read"));
        assert!(refused(b"PK\x03\x04", 1 << 20).contains("can't be read"));
        let mut wide = Workbook::new();
        wide.add_worksheet().write(0, 0, "a").unwrap().write(1_048_575, 16_383, "b").unwrap();
        let wide = wide.save_to_buffer().unwrap();
        assert!(refused(&wide, 1 << 24).contains("more than 200 columns"));
    }
}
