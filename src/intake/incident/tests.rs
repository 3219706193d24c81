//! Rows that are taken, refused and warned of, from texts of a few lines.

use proptest::prelude::*;

use super::*;
use crate::domain::TopKind;
use crate::intake::file::Limits;
use crate::intake::mapping::tests::MAPPING;

/// 2026-11-24 00:00 in UTC.
const NOW_MS: i64 = 1_795_478_400_000;

fn around() -> Around {
    let coordinates = Coordinates::Wgs84;
    Around { zone: "America/New_York".parse().unwrap(), now_ms: NOW_MS, coordinates }
}

fn file(bytes: &[u8]) -> InputFile {
    InputFile::read(bytes, Limits::DISK).unwrap()
}

fn read_with(mapping: &str, csv: &[u8]) -> Result<Slice, IntakeError> {
    let mapping = Mapping::parse(mapping).unwrap();
    let mut reader = IncidentReader::new(&file(csv), mapping, around())?;
    Ok(reader.next_slice(1_000)?.unwrap_or_default())
}

fn read(rows: &str) -> Slice {
    read_with(MAPPING, format!("no,day,hour,what,x,y\n{rows}").as_bytes()).unwrap()
}

#[test]
fn a_row_is_taken_as_it_is_written() {
    let slice = read(" 7 ,2016-01-01,02:09,\"Arson, \"\"big\"\"\",-75.15,39.97\n");
    let row = IncidentRow {
        source_id: "7".to_owned(),
        occurred_min: 16_801 * 1_440 + 129,
        observed_ms: 1_451_632_140_000,
        kind: "Arson, \"big\"".into(),
        point: Some(Point::new(-75.15, 39.97).unwrap()),
    };
    assert_eq!(slice.rows, [row]);
    assert_eq!((slice.read, slice.refused, slice.warned), (1, vec![], vec![]));
    let label = "Arson, \"big\"".to_owned();
    assert_eq!(slice.kinds, [Kind { code: label.as_str().into(), top: TopKind::Other, label }]);
}

#[test]
fn refusals_name_row_line_and_reason() {
    let slice = read(concat!(
        "1,2016-01-01,02:09,\"two\nlines\",1,1\n",
        ",2016-01-01,02:09,a,1,1\n",
        "1,2016-01-01,02:09,a,1,1\n",
        "2,2016-02-30,02:09,a,1,1\n",
        "3,2016-01-01,25:09,a,1,1\n",
        "4,,,a,1,1\n",
        "5,2016-01-01,02:09,a,1\n",
        "6,1969-12-31,23:59,a,1,1\n",
        "7,2106-01-01,02:09,a,1,1\n",
        "2,2016-01-01,02:09,a,1,1\n",
    ));
    assert_eq!((slice.read, slice.rows.len()), (10, 1));
    let expected = [
        (2, 4, "no id"),
        (3, 5, "the id 1 is row 1's already"),
        (4, 6, "\"2016-02-30 02:09\" is no possible time: "),
        (5, 7, "\"2016-01-01 25:09\" is no possible time: "),
        (6, 8, "no time"),
        (7, 9, "5 fields where the header has 6"),
        (8, 10, "it is before 1970"),
        (9, 11, "it lies ahead"),
        (10, 12, "the id 2 is row 4's already"),
    ];
    assert_eq!(slice.refused.len(), expected.len());
    for (fault, (row, line, reason)) in slice.refused.iter().zip(expected) {
        assert_eq!((fault.row, fault.line), (row, line), "{fault}");
        assert!(fault.to_string().contains(reason), "{fault}");
    }
}

#[test]
fn a_row_that_is_not_text_or_too_long_is_refused() {
    let long = "x".repeat(MOST_KIND_BYTES + 1);
    let cases: [(&[u8], &str); 4] = [
        (b"1,2016-01-01,02:09,\xff\xfe,1,1", "the kind isn't text that can be read"),
        (b"\0,2016-01-01,02:09,a,1,1", "the id isn't text that can be read"),
        (&format!("1,2016-01-01,02:09,{long},1,1").into_bytes(), "longer than 400 bytes"),
        (&format!("{long},2016-01-01,02:09,a,1,1").into_bytes(), "longer than 200 bytes"),
    ];
    for (row, reason) in cases {
        let csv = [b"no,day,hour,what,x,y\n", row].concat();
        let slice = read_with(MAPPING, &csv).unwrap();
        assert!(slice.rows.is_empty());
        assert!(slice.refused[0].to_string().contains(reason), "{}", slice.refused[0]);
    }
}

#[test]
fn an_unusable_point_is_dropped_and_its_row_kept() {
    let cases = [
        ("-75.15,39.97", None),
        ("0,39.97", None),
        (",", Some(Warned::NoPoint)),
        ("-75.15,", Some(Warned::NoPoint)),
        ("0,0.0", Some(Warned::ZeroPoint)),
        ("2691234.5,245678.1", Some(Warned::OutsideWorld)),
        ("-75.15,90.5", Some(Warned::OutsideWorld)),
        ("west,39.97", Some(Warned::PointText)),
        ("NaN,inf", Some(Warned::PointText)),
    ];
    for (point, warned) in cases {
        let slice = read(&format!("1,2016-01-01,02:09,a,{point}\n"));
        assert_eq!(slice.rows[0].point.is_some(), warned.is_none(), "{point}");
        assert_eq!(slice.warned.first().map(|fault| fault.what), warned, "{point}");
    }
}

#[test]
fn the_hour_that_repeats_is_the_earlier_and_the_skipped_one_keeps_its_date() {
    let slice = read("1,2016-11-06,01:30,a,1,1\n2,2016-03-13,02:30,a,1,1\n");
    assert_eq!(slice.rows[0].observed_ms, 1_478_410_200_000);
    assert_eq!(slice.rows[1].observed_ms, 1_457_854_200_000);
    assert_eq!(slice.rows[1].occurred_min.rem_euclid(1_440), 150);
    let warned: Vec<_> = slice.warned.iter().map(|fault| (fault.row, fault.what)).collect();
    assert_eq!(warned, [(2, Warned::SkippedHour)]);
}

#[test]
fn a_row_without_a_kind_goes_under_the_default_class() {
    let slice = read("1,2016-01-01,02:09, ,1,1\n2,2016-01-01,02:09,hazard.manhole,1,1\n");
    assert_eq!(slice.rows[0].kind.as_str(), "other");
    assert_eq!(slice.warned[0].what, Warned::NoKind);
    assert_eq!(slice.kinds, [], "both are in every district");
}

#[test]
fn kinds_are_told_once_a_file() {
    let csv = "no,day,hour,what,x,y\n1,2016-01-01,02:09,Arson,1,1\n2,2016-01-01,02:09,Arson,1,1\n\
               3,2016-01-01,02:09,路灯,1,1\n";
    let mapping = Mapping::parse(MAPPING).unwrap();
    let mut reader = IncidentReader::new(&file(csv.as_bytes()), mapping, around()).unwrap();
    let mut tops = Vec::new();
    while let Some(slice) = reader.next_slice(1).unwrap() {
        assert_eq!(slice.rows.len(), 1);
        tops.push(slice.kinds.iter().map(|kind| kind.top).collect::<Vec<_>>());
    }
    assert_eq!(tops, [vec![TopKind::Criminal], vec![], vec![TopKind::Hazard]]);
}

#[test]
fn a_header_that_does_not_fit_the_mapping_is_refused() {
    let cases = [
        ("no,day,what,x,y", "there is no column \"hour\" for the time; the file has no, day, what"),
        ("no,day,hour,what,x,y,x", "the file has two columns \"x\""),
        ("", "there is no column"),
    ];
    for (header, reason) in cases {
        let error = read_with(MAPPING, header.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn one_time_column_and_no_points_will_do() {
    let mapping = r#"
        time_format = "%d.%m.%Y"
        columns = { id = "no", time = "day", kind = "what" }
        kinds = { default = "other" }
    "#;
    let slice = read_with(mapping, b"what,day,no\na,31.12.2016,1\n").unwrap();
    assert_eq!(slice.rows[0].occurred_min, 17_166 * 1_440);
    assert_eq!((slice.rows[0].point, slice.warned.len()), (None, 0));
}

proptest! {
    #[test]
    fn every_row_is_handed_out_or_refused(csv in "(no,day,hour,what,x,y\n)?([0-9,\"\n :x-]|2016-01-01,02:09){0,200}") {
        let mapping = Mapping::parse(MAPPING).unwrap();
        let Ok(mut reader) = IncidentReader::new(&file(csv.as_bytes()), mapping, around()) else {
            return Ok(());
        };
        let mut ids = HashSet::new();
        while let Some(slice) = reader.next_slice(3).unwrap() {
            let handed = slice.rows.len() + slice.refused.len();
            prop_assert_eq!(u64::try_from(handed).unwrap(), slice.read);
            for row in slice.rows {
                prop_assert!(ids.insert(row.source_id));
            }
        }
    }
}
