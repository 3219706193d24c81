//! A table, before it has a format.

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text, never a formula.
    Text(String),
    /// A number.
    Number(i64),
    /// Degrees.
    Degrees(f64),
    /// Nothing.
    Empty,
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Rows under a header; each row has as many cells as the header.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The names of the columns.
    pub header: &'static [&'static str],
    /// The rows, in order.
    pub rows: Vec<Vec<Cell>>,
}
