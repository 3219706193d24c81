//! Excel: one sheet, a frozen header, text as text and numbers as numbers.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::table::{Cell, Table};
use crate::clock::DateTime;

pub use rust_xlsxwriter::XlsxError;

/// The media type of an Excel file.
pub const XLSX_MEDIA_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A font that every Chinese Excel has; others fall back by themselves.
const FONT: &str = "Microsoft YaHei";
/// Columns are as wide as their longest text, within these, in characters.
const LEAST_WIDTH: usize = 8;
const MOST_WIDTH: usize = 60;

impl Table {
    /// The bytes of an Excel file; `made` is the civil time that it says it was made.
    ///
    /// # Errors
    /// When the table has more rows than a sheet, 1,048,576.
    pub fn xlsx(&self, sheet_name: &str, made: DateTime) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_creation_datetime(&excel_time(made)?));
        let text = Format::new().set_font_name(FONT);
        let head = text.clone().set_bold();
        let sheet = book.add_worksheet().set_name(sheet_name)?.set_freeze_panes(1, 0)?;
        for (column, name) in (0_u16..).zip(self.header) {
            sheet.write_string_with_format(0, column, *name, &head)?;
            sheet.set_column_width(column, self.width(usize::from(column)))?;
        }
        for (row, cells) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell {
                    Cell::Text(value) => {
                        sheet.write_string_with_format(row, column, value, &text)?;
                    }
                    Cell::Number(n) => {
                        sheet.write_number_with_format(row, column, exact(*n), &text)?;
                    }
                    Cell::Degrees(degrees) => {
                        sheet.write_number_with_format(row, column, *degrees, &text)?;
                    }
                    Cell::Empty => {}
                }
            }
        }
        book.save_to_buffer()
    }

    /// In characters; a Chinese one is as wide as two.
    #[expect(clippy::cast_precision_loss, reason = "at most 60")]
    fn width(&self, column: usize) -> f64 {
        let texts = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| match cell {
            Cell::Text(value) => columns_of(value),
            Cell::Number(n) => n.to_string().len(),
            Cell::Degrees(degrees) => degrees.to_string().len(),
            Cell::Empty => 0,
        });
        let widest = texts.max().unwrap_or(0).max(columns_of(self.header[column]));
        (widest + 2).clamp(LEAST_WIDTH, MOST_WIDTH) as f64
    }
}

fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "Excel's numbers are doubles; a count is below 2^53"
)]
fn exact(n: i64) -> f64 {
    n as f64
}

fn excel_time(at: DateTime) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: i8| u8::try_from(number).unwrap_or(0);
    ExcelDateTime::from_ymd(
        u16::try_from(at.year()).unwrap_or(1970),
        part(at.month()),
        part(at.day()),
    )?
    .and_hms(u16::from(part(at.hour())), part(at.minute()), f64::from(part(at.second())))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use crate::clock::civil_day;

    fn table() -> Table {
        let row = |kind: &str, n| vec![Cell::Text(kind.to_owned()), Cell::Number(n)];
        let rows = vec![row("=cmd|' /C calc'!A0", 1), row("路灯井盖", 1_234), row("007", 5)];
        Table { header: &["kind", "n"], rows }
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn text_is_text_and_numbers_are_numbers() {
        let made = civil_day(20_000).at(8, 0, 0, 0);
        let bytes = table().xlsx("2026-W48", made).unwrap();
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(!sheet.contains("<f>"), "a formula: {sheet}");
        assert!(sheet.contains(r#"<c r="A2" s="2" t="s">"#), "{sheet}");
        assert!(sheet.contains(r#"<c r="B3" s="2"><v>1234</v>"#), "{sheet}");
        assert!(sheet.contains(r#"state="frozen""#) && sheet.contains("<col "), "{sheet}");
        let strings = part(&bytes, "xl/sharedStrings.xml");
        assert!(strings.contains("路灯井盖") && strings.contains("007"), "{strings}");
        assert!(part(&bytes, "xl/styles.xml").contains(FONT));
        assert!(part(&bytes, "docProps/core.xml").contains("2024-10-04T08:00:00Z"));
        assert_eq!(bytes, table().xlsx("2026-W48", made).unwrap());
    }
}
