//! Names that would run as formulas and ids that would lead out of a folder stay plain text.

use std::io::Cursor;
use std::process::Command;

use calamine::{Reader, Xlsx};
use xunfang::domain::Role;

use super::settled;
use crate::http::{of_district, reads};
use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

on_both!(formulas_stay_text_in_every_table, ids_lead_nowhere);

/// What spreadsheets have run.
const FORMULAS: &[&str] =
    &["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)", "=HYPERLINK(\"http://e\",\"x\")"];

async fn formulas_stay_text_in_every_table(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let admin = settled(&node, "keeper", Role::SystemAdmin).await;
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut stations = "名称,类别,经度,纬度\n".to_owned();
    let mut organisations = "名称,类别,网格\n".to_owned();
    for formula in FORMULAS {
        stations += &format!("{},警务室,113.205,30.955\n", quoted(formula));
        organisations += &format!("{},企业,\n", quoted(formula));
    }
    for (what, text) in [("stations", stations), ("organisations", organisations)] {
        let path = of_district(&format!("imports?what={what}&name=..%2F..%2Fx.csv"));
        let typed = [("content-type", "application/octet-stream")];
        let preview = node.ask(Ask::post(&path, &text).by(&admin).with(&typed)).await;
        assert_eq!(preview.status, 200, "{}", preview.text());
        let id = preview.json()["id"].as_str().unwrap().to_owned();
        let commit = of_district(&format!("imports/{id}/commit"));
        let stored = node.ask(Ask::post(&commit, "").by(&admin)).await;
        assert_eq!(stored.json()["added"], FORMULAS.len(), "{}", stored.text());
        let csv = node.ask(Ask::get(&of_district(&format!("tables/{what}"))).by(&admin)).await;
        let mut table = csv::Reader::from_reader(csv.text().as_bytes());
        let cells: Vec<String> = table
            .records()
            .flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        for formula in FORMULAS {
            assert!(cells.contains(&format!("'{formula}")), "{what}: {formula}");
        }
        let runs =
            |cell: &String| cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
        assert!(!cells.iter().any(runs), "{what}: {cells:?}");
        let path = of_district(&format!("tables/{what}?format=xlsx"));
        let xlsx = node.ask(Ask::get(&path).by(&admin)).await;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx.body.to_vec())).unwrap();
        let sheet = book.sheet_names()[0].clone();
        assert!(book.worksheet_formula(&sheet).unwrap().is_empty(), "{what} holds a formula");
        let range = book.worksheet_range(&sheet).unwrap();
        let texts: Vec<String> = range.cells().map(|(_, _, cell)| cell.to_string()).collect();
        for formula in FORMULAS {
            assert!(texts.iter().any(|text| text == formula), "{what}: {formula} is kept as text");
        }
    }
    node.stop().await;
}

async fn ids_lead_nowhere(backend: Backend) {
    const OUTSIDE: &str = "../../outside";
    let node = TestNode::seeded(&backend).await;
    seed::district_called(&node.app.writer, OUTSIDE, "-o").await;
    let desk = node.token("dispatch-o").await;
    let coded = "..%2F..%2Foutside";
    let path = format!("/api/districts/{coded}/export?week=2026-W48");
    let export = node.ask(Ask::get(&path).by(&desk)).await;
    assert_eq!(export.status, 200, "{}", export.text());
    let named = export.header("content-disposition");
    assert_eq!(named, "attachment; filename=\"xunfang_------outside_2026-W48.csv\"");
    for (path, status) in [
        ("/api/districts/..%2F..%2Fetc%2Fpasswd/tables/grids", 403),
        ("/api/districts/%2e%2e%2f%2e%2e/export", 403),
        ("/api/districts/..%2F..%2Foutside/tables/..%2Fgrids", 400),
        ("/api/incidents/..%2F..%2Fx/parties", 404),
        ("/api/districts/..%2F..%2Foutside/track-views/..%2Fx", 404),
        ("/assets/..%2F..%2FCargo.toml", 404),
        ("/tiles/..%2F..%2F..%2Fetc%2Fpasswd", 404),
    ] {
        let answer = node.ask(Ask::get(path).by(&desk)).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(!answer.text().contains("root:") && !answer.text().contains("[package]"), "{path}");
    }
    assert_eq!(reads(&node, "dispatch", "/api/districts").await[0]["id"], seed::DISTRICT);
    node.stop().await;
    let Some(data) = backend.folder() else { return };
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("a/b/out");
    let done = Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .args(["export", "--district", OUTSIDE, "--week", "2026-W48", "--format", "csv"])
        .arg("--data")
        .arg(data)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let written: Vec<_> =
        std::fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(written, ["------outside_2026-W48.csv"]);
    let beside = std::fs::read_dir(root.path()).unwrap().count();
    assert_eq!(beside, 1, "nothing is written beside the folder");
}
