//! What is wrong with a file is said, by row or by name, and nothing of it is half stored.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use super::{Desk, program, stderr, stdout};

const DISTRICT: &str = r#"{"type":"Feature","properties":{"code":"D1","name":"测试区","timezone":"Asia/Shanghai"},"geometry":null}"#;
pub(super) const MAPPING: &str = "time_format = \"%Y-%m-%d %H:%M\"\n\
    [columns]\nid = \"id\"\ntime = [\"at\"]\nkind = \"kind\"\nlng = \"x\"\nlat = \"y\"\n\
    [kinds]\ndefault = \"other\"\n";

fn square(code: &str, west: f64) -> String {
    let east = west + 0.01;
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{code}","kind":"楼栋"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},30.95],[{east},30.95],[{east},30.96],[{west},30.96],[{west},30.95]]]}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

pub(super) fn with_district() -> Desk {
    let desk = Desk::new();
    let file = desk.file("district.geojson", DISTRICT);
    assert_eq!(desk.import_district(&file).status.code(), Some(0));
    desk
}

#[test]
fn maps_that_cannot_be_are_refused_by_name() {
    let desk = with_district();
    let overlapping = collection(&[square("A", 113.20), square("B", 113.205)]);
    let bow_tie = r#"{"type":"Feature","properties":{"code":"X"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}"#;
    let cases = [
        ("overlap.geojson", overlapping, "A and B"),
        ("bowtie.geojson", collection(&[bow_tie.to_owned()]), "feature 1 (X)"),
        ("text.geojson", "{".to_owned(), "not GeoJSON"),
    ];
    for (name, text, expected) in cases {
        let output = desk.import_grids("D1", &desk.file(name, &text));
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(stderr(&output).contains(expected), "{name}: {}", stderr(&output));
    }
    let unknown = desk.file("grids.geojson", &collection(&[square("A", 113.20)]));
    let output = desk.import_grids("NOWHERE", &unknown);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no such district"), "{}", stderr(&output));
    let zone = DISTRICT.replace("Asia/Shanghai", "Mars/Olympus");
    let output = desk.import_district(&desk.file("zone.geojson", &zone));
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("timezone"), "{}", stderr(&output));
}

#[test]
fn rows_that_cannot_be_are_refused_by_number_and_the_others_kept() {
    let desk = with_district();
    let map = desk.file("map.toml", MAPPING);
    let rows = "id,at,kind,x,y\n\
        1,2026-11-24 20:05,盗窃,113.2,30.95\n\
        ,2026-11-24 20:05,盗窃,,\n\
        3,2026-02-30 20:05,盗窃,,\n\
        1,2026-11-24 20:06,盗窃,,\n\
        5,2026-11-24 23:59,=1+1,500000.0,200000.0\n";
    let file = desk.file("rows.csv", rows);
    let output = desk.import_incidents("D1", &map, &file);
    assert_eq!(output.status.code(), Some(3));
    let said = stdout(&output);
    for expected in [
        "5 rows: 2 taken, 0 unchanged, 3 refused",
        "row 2 (line 3): no id",
        "row 3 (line 4): \"2026-02-30 20:05\" is no possible time",
        "row 4 (line 5): the id 1 is row 1's already",
        "1 × point outside the world",
    ] {
        assert!(said.contains(expected), "{expected:?} is not in:\n{said}");
    }
    let table = desk.export(&["--district", "D1", "--week", "2026-W48"]);
    assert_eq!(table, "week,kind,grid,n\n2026-W48,'=1+1,,1\n2026-W48,盗窃,,1\n");
    let no_column = desk.file("other.csv", "id,kind\n1,x\n");
    let output = desk.import_incidents("D1", &map, &no_column);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("there is no column \"x\""), "{}", stderr(&output));
    let bad_map = desk.file("bad.toml", "time_format = 5");
    assert_eq!(desk.import_incidents("D1", &bad_map, &file).status.code(), Some(1));
    let usage = desk.run(&["export", "--district", "D1", "--by", "kind,week", "--out", "x"]);
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn a_held_folder_is_refused_by_name_and_can_be_exported_beside() {
    let desk = with_district();
    let listen = ["--listen", "127.0.0.1:0", "--metrics", ""];
    let mut server = program()
        .arg("serve")
        .args(listen)
        .arg("--data")
        .arg(desk.path("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.starts_with("xunfang listens on http://127.0.0.1:"), "{line}");
    let output = desk.import_district(&desk.path("district.geojson"));
    assert_eq!(output.status.code(), Some(1));
    let holder = format!("process {} (xunfang serve", server.id());
    assert!(stderr(&output).contains(&holder), "{}", stderr(&output));
    let table = desk.export(&["--district", "D1", "--week", "2026-W48"]);
    assert_eq!(table, "week,kind,grid,n\n");
    let demo = desk.run(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(demo.status.code(), Some(1), "the folder is held, and no demo's");
    terminate(server.id());
    said.read_to_string(&mut line).unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0), "it drains");
    let demo = desk.run(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(demo.status.code(), Some(1));
    assert!(stderr(&demo).contains("aren't a demo's"), "{}", stderr(&demo));
}

#[test]
fn a_taken_port_is_said_in_one_sentence() {
    let desk = with_district();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = desk.run(&["serve", "--listen", &address, "--metrics", ""]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains(&format!("{address} is taken")), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

/// Asks a process to end, as Ctrl-C does.
fn terminate(process: u32) {
    let status = std::process::Command::new("kill").arg(process.to_string()).status().unwrap();
    assert!(status.success());
}
