//! People and places from tables as they come: in every encoding and format, with every fault.

use std::fs;
use std::io::Write as _;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::Workbook;

use super::faults::with_district;
use super::{Desk, stderr, stdout};

const ORGANISATIONS: &str = "名称,类别\n永兴派出所,警\n演示物业,园区\n";
const MEMBERS: &str = "姓名,单位,力量,角色,班组,手机\n\
    甲演示,永兴派出所,民警,值班长,,10000000001\n\
    乙演示,演示物业,物业,,夜巡一组,10000000002\n";

fn import(desk: &Desk, what: &str, name: &str, bytes: &[u8], more: &[&str]) -> Output {
    let file = desk.path(name);
    fs::write(&file, bytes).unwrap();
    let words = [&["import", what, "--district", "D1"][..], more, &[file.to_str().unwrap()]];
    desk.run(&words.concat())
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xlsx(text: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(text.lines()) {
        for (column, value) in (0..).zip(line.split(',')) {
            match value.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).unwrap(),
                Err(_) => sheet.write(row, column, value).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn one_table_in_every_dress_is_the_same_table() {
    let desk = with_district();
    let output = import(&desk, "organisations", "orgs.csv", ORGANISATIONS.as_bytes(), &[]);
    let said = stdout(&output);
    assert!(said.starts_with("2 rows: 2 added, 0 changed, 0 unchanged, 0 refused"), "{said}");
    let semicolons = MEMBERS.replace(',', ";");
    let tabs = MEMBERS.replace(',', "\t").replace('\n', "\r\n");
    let english =
        MEMBERS.replace("姓名,单位,力量,角色,班组,手机", "Name,Org,Force,Role,Team,Phone");
    let dresses = [
        ("first.csv", MEMBERS.as_bytes().to_vec()),
        ("bom.csv", format!("\u{feff}{MEMBERS}").into_bytes()),
        ("gbk.csv", gbk(MEMBERS)),
        ("semicolons.csv", semicolons.into_bytes()),
        ("tabs.txt", gbk(&tabs)),
        ("english.csv", english.into_bytes()),
        ("packed.csv.gz", gzip(&gbk(MEMBERS))),
        ("book.xlsx", xlsx(MEMBERS)),
        ("misnamed.csv", xlsx(MEMBERS)),
    ];
    for (n, (name, bytes)) in dresses.iter().enumerate() {
        let output = import(&desk, "members", name, bytes, &[]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
        let expected = match n {
            0 => "2 rows: 2 added, 0 changed, 0 unchanged",
            _ => "2 rows: 0 added, 0 changed, 2 unchanged",
        };
        assert!(stdout(&output).starts_with(expected), "{name}: {}", stdout(&output));
    }
    let promoted = MEMBERS.replace("10000000002", "10000000003");
    let output = import(&desk, "members", "changed.csv", promoted.as_bytes(), &[]);
    let expected = "2 rows: 0 added, 1 changed, 1 unchanged, 0 refused";
    assert!(stdout(&output).starts_with(expected), "{}", stdout(&output));
}

#[test]
fn every_wrong_row_says_what_is_wrong_and_the_others_are_kept() {
    let desk = with_district();
    import(&desk, "organisations", "orgs.csv", ORGANISATIONS.as_bytes(), &[]);
    let rows = [
        ("甲,永兴派出所,民警,,,", None),
        (",永兴派出所,民警,,,", Some("row 2 (line 3, 姓名): no 姓名/name")),
        ("乙,不存在,民警,,,", Some("row 3 (line 4, 单位): there is no organisation 不存在")),
        ("丙,永兴派出所,军人,,,", Some("\"军人\" is none of 公安民警/police, 巡逻辅警/auxiliary")),
        (
            "丁,永兴派出所,民警,国王,,",
            Some("row 5 (line 6, 角色): \"国王\" is none of 巡逻/patrol"),
        ),
        ("戊,永兴派出所,民警,,,12ab", Some("row 6 (line 7, 手机): this is no phone number")),
        ("己,永兴派出所,民警,,", Some("row 7 (line 8): 5 fields where the header has 6")),
        ("甲,永兴派出所,民警,,,", Some("row 8 (line 9, 姓名): 甲 is in row 1 already")),
        ("庚\u{0},永兴派出所,民警,,,", Some("this is no text that can be read")),
        ("辛,永兴派出所,辅警,,,", None),
    ];
    let lines: String = rows.iter().map(|(row, _)| format!("{row}\n")).collect();
    let table = format!("姓名,单位,力量,角色,班组,手机\n{lines}");
    let errors = desk.path("errors.csv");
    let flags = ["--errors", errors.to_str().unwrap()];
    let output = import(&desk, "members", "members.csv", table.as_bytes(), &flags);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.starts_with("10 rows: 2 added, 0 changed, 0 unchanged, 8 refused"), "{said}");
    for (row, fault) in rows {
        assert!(fault.is_none_or(|fault| said.contains(fault)), "{row}: {fault:?} not in\n{said}");
    }
    assert!(!said.contains("12ab"), "a phone number is repeated");
    let errors = fs::read_to_string(errors).unwrap();
    assert!(errors.starts_with("row,line,column,what,reason\n2,3,姓名,refused,no 姓名/name\n"));
    assert_eq!(errors.lines().count(), 9);
}

#[test]
fn a_wrong_file_says_what_is_wrong_in_one_sentence() {
    let desk = with_district();
    let book = xlsx(MEMBERS);
    let map = br#"{"type":"FeatureCollection","features":[]}"#;
    for (what, name, bytes, expected) in [
        ("members", "empty.csv", &b""[..], "the file has no header"),
        (
            "members",
            "other.csv",
            b"a,b\n1,2\n",
            "no column for 姓名/name and 单位/org and 力量/force",
        ),
        ("members", "twice.csv", "姓名,name,单位,力量\n".as_bytes(), "the file has two columns"),
        (
            "members",
            "map.geojson",
            map,
            "members come as .csv, .csv.gz or .xlsx, and this is geojson",
        ),
        ("grids", "grids.csv", b"code\n1\n", "micro-grids come as GeoJSON, and this is csv"),
        ("stations", "none.geojson", map, "there is no feature"),
        ("members", "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as .xlsx or .csv"),
        ("members", "cut.xlsx", &book[..book.len() / 2], "the Excel workbook can't be read"),
    ] {
        let output = import(&desk, what, name, bytes, &[]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", stdout(&output));
        assert!(stderr(&output).contains(expected), "{name}: {}", stderr(&output));
    }
}

#[test]
fn coordinates_that_do_not_fit_are_asked_about_and_never_guessed() {
    let desk = with_district();
    let table = "名称,类别,经度,纬度\n警务室一,警务室,30.95,113.2\n集结点一,集结点,30.96,113.21\n";
    let output = import(&desk, "stations", "stations.csv", table.as_bytes(), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    let said = stderr(&output);
    assert!(said.contains("the coordinates look like swapped"), "{said}");
    assert!(said.contains("--coordinates wgs84|gcj02|bd09|swapped"), "{said}");
    let right = ["--coordinates", "swapped"];
    let output = import(&desk, "stations", "stations.csv", table.as_bytes(), &right);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let wrong = ["--coordinates", "mars"];
    let output = import(&desk, "stations", "stations.csv", table.as_bytes(), &wrong);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("use wgs84, gcj02, bd09"), "{}", stderr(&output));
    let incidents = "编号,发生时间,类别,经度,纬度\n1,2026-11-20 20:05,盗窃,30.95,113.2\n";
    let output = import(&desk, "incidents", "incidents.csv", incidents.as_bytes(), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    let output = import(&desk, "incidents", "incidents.csv", incidents.as_bytes(), &right);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("1 rows: 1 taken"), "{}", stdout(&output));
    let week = ["--district", "D1", "--week", "2026-W47", "--format", "geojson"];
    let drawn = desk.export(&week);
    assert!(
        drawn.contains(r#""type":"FeatureCollection""#) && drawn.contains(r#""n":1"#),
        "{drawn}"
    );
    let untold = import(&desk, "incidents", "untold.csv", b"a,b\n1,2\n", &[]);
    assert_eq!(untold.status.code(), Some(2));
    assert!(stderr(&untold).contains("say it with --map FILE"), "{}", stderr(&untold));
}
