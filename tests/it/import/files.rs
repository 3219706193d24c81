//! Files that are packed, cut or given twice: what is stored stays, and is said.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::faults::{MAPPING, with_district};
use super::{Desk, stderr, stdout};

/// More than two slices of rows, the third cut short.
const ROWS: usize = 5_000;

fn rows(n: usize) -> String {
    let row = |n| format!("{n},2026-11-{:02} 20:05,盗窃,113.2,30.95\n", 1 + n % 20);
    format!("\u{feff}id,at,kind,x,y\n{}", (0..n).map(row).collect::<String>())
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn number_of_incidents(desk: &Desk) -> i64 {
    let days = ["--from", "2026-11-01", "--to", "2026-11-30", "--by", "week,kind"];
    let table = desk.export(&[&["--district", "D1"][..], &days].concat());
    let counts = table.lines().skip(1).map(|line| line.rsplit_once(',').unwrap().1);
    counts.map(|n| n.parse::<i64>().unwrap()).sum()
}

#[test]
fn a_file_cut_in_its_middle_fails_and_comes_again_whole() {
    let desk = with_district();
    let map = desk.file("map.toml", MAPPING);
    let packed = gzip(&rows(ROWS));
    let file = desk.path("rows.csv.gz");
    fs::write(&file, &packed[..packed.len() - packed.len() / 20]).unwrap();
    let output = desk.import_incidents("D1", &map, &file);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(stderr(&output).contains("the file can't be read on"), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("4000 rows: 4000 taken"), "{}", stdout(&output));
    assert_eq!(number_of_incidents(&desk), 4_000);

    fs::write(&file, &packed).unwrap();
    let output = desk.import_incidents("D1", &map, &file);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.starts_with("5000 rows: 1000 taken, 4000 unchanged, 0 refused"), "{said}");
    assert_eq!(number_of_incidents(&desk), 5_000);
}

#[test]
fn every_fault_goes_to_the_file_of_errors() {
    let desk = with_district();
    let map = desk.file("map.toml", MAPPING);
    let broken = "0,2026-11-01 20:05,盗窃,,\n".repeat(30);
    let file = desk.file("rows.csv", &format!("{}{broken}", rows(2)));
    let errors = desk.path("errors.csv");
    let output = desk.import_with_errors("D1", &map, &errors, &file);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let said = stdout(&output);
    assert_eq!(said.matches("is row 1's already").count(), 20, "{said}");
    assert!(said.contains("10 more"), "{said}");
    let errors = fs::read_to_string(errors).unwrap();
    assert_eq!(errors.lines().count(), 31);
    assert!(errors.starts_with("row,line,what,reason\n3,4,refused,the id 0 is row 1's already\n"));
}

#[test]
fn what_cannot_begin_stores_and_counts_nothing() {
    let desk = with_district();
    let map = desk.file("map.toml", MAPPING);
    let file = desk.file("rows.csv", &rows(2));
    let cases = [
        (desk.import_incidents("NOWHERE", &map, &file), "there is no district NOWHERE"),
        (desk.import_incidents("D1", &desk.path("none.toml"), &file), "none.toml"),
        (desk.import_incidents("D1", &map, &desk.path("none.csv")), "none.csv"),
    ];
    for (output, expected) in cases {
        assert_eq!(output.status.code(), Some(1), "{expected}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert_eq!(stdout(&output), "", "{expected}");
    }
    assert_eq!(number_of_incidents(&desk), 0);
}

#[test]
fn a_period_that_cannot_be_is_wrong_usage() {
    let desk = with_district();
    let by = ["export", "--district", "D1", "--out", "x", "--by", "week,kind"];
    for (from, to, expected) in [
        ("2026-W48", "2026-W47", "before it begins"),
        ("2016-W53", "2017-W01", "2016 has no week 53"),
        ("soon", "2017-W01", "neither a week"),
    ] {
        let output = desk.run(&[&by[..], &["--from", from, "--to", to]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    for words in [&["--from", "2026-W48"][..], &["--week", "2026-W48"], &["--week", "2026-W60"]] {
        let output = desk.run(&[&by[..], words].concat());
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", stderr(&output));
    }
}
