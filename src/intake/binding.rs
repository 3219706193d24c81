//! Where in a row each value of the mapping stands.

use csv::{ByteRecord, StringRecord};

use super::fault::{IntakeError, Refused};
use super::mapping::Columns;

/// Positions of the mapped columns in a row.
pub(super) struct Binding {
    id: usize,
    time: Vec<usize>,
    kind: usize,
    point: Option<(usize, usize)>,
    width: usize,
}

impl Binding {
    /// Finds the mapped columns in a header; names may stand in blanks.
    pub(super) fn new(columns: &Columns, header: &StringRecord) -> Result<Self, IntakeError> {
        let header = Header(header);
        let time = columns.time.as_slice().iter().map(|name| header.place("time", name));
        let point = match (&columns.lng, &columns.lat) {
            (Some(lng), Some(lat)) => {
                Some((header.place("longitude", lng)?, header.place("latitude", lat)?))
            }
            _ => None,
        };
        Ok(Self {
            id: header.place("id", &columns.id)?,
            time: time.collect::<Result<_, _>>()?,
            kind: header.place("kind", &columns.kind)?,
            point,
            width: header.0.len(),
        })
    }

    /// Refuses a row whose fields can't be told apart.
    pub(super) fn check_width(&self, record: &ByteRecord) -> Result<(), Refused> {
        let (found, expected) = (record.len(), self.width);
        if found == expected { Ok(()) } else { Err(Refused::Fields { found, expected }) }
    }

    /// The id, without blanks around it.
    pub(super) fn id<'r>(&self, record: &'r ByteRecord) -> Result<&'r str, Refused> {
        Ok(text(record, self.id, "id")?.trim())
    }

    /// The kind as it is written.
    pub(super) fn kind<'r>(&self, record: &'r ByteRecord) -> Result<&'r str, Refused> {
        text(record, self.kind, "kind")
    }

    /// The parts of the time, joined by a space, into `joined`.
    pub(super) fn time(&self, record: &ByteRecord, joined: &mut String) -> Result<(), Refused> {
        joined.clear();
        for &at in &self.time {
            let part = text(record, at, "time")?.trim();
            if !part.is_empty() && !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(part);
        }
        Ok(())
    }

    /// Longitude and latitude as they are written, if the source has points; text that isn't
    /// UTF-8 is no number either.
    pub(super) fn point<'r>(&self, record: &'r ByteRecord) -> Option<(&'r str, &'r str)> {
        let part = |at| text(record, at, "point").unwrap_or("?").trim();
        self.point.map(|(lng, lat)| (part(lng), part(lat)))
    }
}

struct Header<'h>(&'h StringRecord);

impl Header<'_> {
    fn place(&self, role: &'static str, column: &str) -> Result<usize, IntakeError> {
        let mut places = self.0.iter().enumerate().filter(|(_, name)| name.trim() == column.trim());
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Ok(place),
            (Some(_), Some(_)) => Err(IntakeError::TwoColumns(column.to_owned())),
            (None, _) => Err(IntakeError::NoColumn {
                role,
                column: column.to_owned(),
                has: self.0.iter().map(str::to_owned).collect(),
            }),
        }
    }
}

/// A field as text. PostgreSQL stores no NUL.
fn text<'r>(record: &'r ByteRecord, at: usize, role: &'static str) -> Result<&'r str, Refused> {
    let bytes = record.get(at).unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err(Refused::NotText(role)),
    }
}
