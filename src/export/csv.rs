//! CSV: UTF-8 without a byte order mark, lines end in LF, quotes where they are needed.

use csv::{Terminator, WriterBuilder};

use super::table::{Cell, Table};

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

impl Table {
    /// For programs: every value as it is.
    pub fn plain_csv(&self) -> Vec<u8> {
        self.csv(String::clone)
    }

    /// For people: text that a spreadsheet would run as a formula has an apostrophe before it.
    pub fn guarded_csv(&self) -> Vec<u8> {
        self.csv(|text| if text.starts_with(FORMULA) { format!("'{text}") } else { text.clone() })
    }

    fn csv(&self, text: impl Fn(&String) -> String) -> Vec<u8> {
        let terminator = Terminator::Any(b'\n');
        let mut writer = WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        let header = self.header.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let rows = self.rows.iter().map(|row| row.iter().map(|cell| cell_text(cell, &text)));
        writer.write_record(header).expect("memory takes every record");
        for row in rows {
            writer.write_record(row.collect::<Vec<_>>()).expect("rows are as long as the header");
        }
        writer.into_inner().expect("memory takes every record")
    }
}

fn cell_text(cell: &Cell, text: impl Fn(&String) -> String) -> String {
    match cell {
        Cell::Text(value) => text(value),
        Cell::Number(n) => n.to_string(),
        Cell::Degrees(degrees) => degrees.to_string(),
        Cell::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_people_are_guarded_from_formulas() {
        let texts = ["=1+1", "@cmd", "+1", "-1", "\tx", "a=b", "盗窃, 诈骗", "a \"b\"", ""];
        let row = |text: &str| vec![Cell::Text(text.to_owned()), Cell::Number(-3)];
        let table = Table { header: &["kind", "n"], rows: texts.map(row).to_vec() };
        let plain = String::from_utf8(table.plain_csv()).unwrap();
        assert_eq!(
            plain,
            "kind,n\n=1+1,-3\n@cmd,-3\n+1,-3\n-1,-3\n\tx,-3\na=b,-3\n\"盗窃, 诈骗\",-3\n\
             \"a \"\"b\"\"\",-3\n,-3\n"
        );
        let guarded = String::from_utf8(table.guarded_csv()).unwrap();
        assert!(guarded.starts_with("kind,n\n'=1+1,-3\n'@cmd,-3\n'+1,-3\n'-1,-3\n'\tx,-3\na=b,"));
    }
}
