//! A mapping for tables whose header says by itself which column is what.
//!
//! Invariant: it is shown to whoever imports; a table that it can't tell needs a mapping of theirs.

use std::collections::BTreeMap;

use csv::ByteRecord;
use jiff::civil::DateTime;

use super::encoding::shown;
use super::fault::IntakeError;
use super::file::InputFile;
use super::mapping::{Columns, Kinds, Mapping, OneOrMore};
use super::table::{Field, header, lines};
use crate::domain::TopKind;
use crate::domain::kind::BUILT_IN;

const FIELDS: &[Field] = &[
    Field::needed(&["编号", "id", "警情编号", "接警编号", "案件编号", "事件编号"]),
    Field::needed(&["发生时间", "time", "时间", "报警时间", "接警时间", "occurred", "datetime"]),
    Field::needed(&["类别", "kind", "警情类别", "类型", "案件类别", "category"]),
    Field::maybe(&["经度", "lng", "lon", "longitude", "x"]),
    Field::maybe(&["纬度", "lat", "latitude", "y"]),
];
const ID: usize = 0;
const TIME: usize = 1;
const KIND: usize = 2;
const LNG: usize = 3;
const LAT: usize = 4;

/// Forms of a time that are tried, the fuller first.
const FORMATS: [&str; 9] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分",
    "%Y-%m-%d",
];
/// Rows whose times are tried.
const TRIED: usize = 100;

/// The mapping that a table's header and its first times say, if they do.
///
/// # Errors
/// [`IntakeError`] when it is no table.
pub fn guess(file: &InputFile) -> Result<Option<Mapping>, IntakeError> {
    let mut csv = lines(file, "incidents")?;
    let header = header(&mut csv)?;
    let place = |field: usize| {
        let mut named = (0..header.len()).filter(|at| FIELDS[field].is_called(&header[*at]));
        named.next().filter(|_| named.next().is_none())
    };
    let (Some(id), Some(time), Some(kind)) = (place(ID), place(TIME), place(KIND)) else {
        return Ok(None);
    };
    let (mut record, mut times) = (ByteRecord::new(), Vec::new());
    while times.len() < TRIED && csv.read_byte_record(&mut record).unwrap_or(false) {
        times.extend(record.get(time).map(|text| shown(text).trim().to_owned()));
    }
    let fits = |format: &str| {
        times.iter().filter(|text| DateTime::strptime(format, text.as_str()).is_ok()).count()
    };
    let best = FORMATS.iter().rev().max_by_key(|format| fits(format));
    let Some(format) = best.filter(|format| fits(format) > 0) else { return Ok(None) };
    let name = |at: usize| header[at].clone();
    let (lng, lat) = place(LNG)
        .zip(place(LAT))
        .map_or((None, None), |(lng, lat)| (Some(name(lng)), Some(name(lat))));
    let classes = BUILT_IN.iter().map(|(_, top, label)| ((*label).to_owned(), *top));
    Ok(Some(Mapping {
        time_format: (*format).to_owned(),
        columns: Columns {
            id: name(id),
            time: OneOrMore::One(name(time)),
            kind: name(kind),
            lng,
            lat,
        },
        kinds: Kinds { default: TopKind::Other, class: classes.collect::<BTreeMap<_, _>>() },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::file::Limits;

    fn guessed(text: &str) -> Option<Mapping> {
        guess(&InputFile::read(text.as_bytes(), Limits::DISK).unwrap()).unwrap()
    }

    #[test]
    fn a_plain_header_says_what_is_what() {
        let text = "编号,发生时间,警情类别（必填）,经度,纬度\n1,2026/1/5 9:30,盗窃,113.2,30.9\n";
        let mapping = guessed(text).unwrap();
        assert_eq!(mapping.time_format, "%Y/%m/%d %H:%M");
        assert_eq!(mapping.columns.kind, "警情类别（必填）");
        assert_eq!(mapping.columns.lat.as_deref(), Some("纬度"));
        assert_eq!(mapping.class("治安"), TopKind::Security);
        assert_eq!(Mapping::parse(&mapping.to_toml()).unwrap(), mapping);
        let without = guessed("id;time;kind\n1;2026-01-05 09:30:00;a\n").unwrap();
        assert_eq!((without.columns.lng, without.time_format.as_str()), (None, FORMATS[0]));
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        for text in [
            "id,when,kind\n1,2026-01-05 09:30,a\n",
            "id,time,kind\n1,yesterday,a\n",
            "id,time,kind\n",
            "id,time,时间,kind\n1,2026-01-05,2026-01-05,a\n",
        ] {
            assert_eq!(guessed(text), None, "{text}");
        }
    }
}
