//! `xunfang trend …` as a person runs it: files in, tables out, exit codes.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::reference::{Table, data, same};

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .arg("trend")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments may close its end first.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

fn json(arguments: &[&str], input: &str) -> Value {
    let output = run(arguments, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn csv_of(arguments: &[&str], input: &str) -> Vec<csv::StringRecord> {
    let output = run(arguments, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&output.stdout[..]);
    reader.records().map(Result::unwrap).collect()
}

#[test]
fn compare_prints_every_field() {
    let arguments = ["compare", "--now", "37", "--base", "100", "--json"];
    let found = json(&arguments, "");
    assert_eq!(found["verdict"], "明显下降");
    assert_eq!(found["percent"], -63.0);
    for field in ["p_central", "p_minlike", "p_mid", "p_etest", "ratio_low", "ratio_high"] {
        assert!(found[field].is_f64(), "{field}");
    }
    let nothing = json(&["compare", "--now", "0", "--base", "0", "--json"], "");
    assert!(nothing["p_central"].is_null() && nothing["ratio_high"].is_null());
    let zero_base = json(&["compare", "--now", "4", "--base", "0", "--json"], "");
    assert!(zero_base["percent"].is_null() && zero_base["ratio_high"].is_null());
    assert_eq!(zero_base["flags"][0], "zero_base");
    let phi = json(&["compare", "--now", "37", "--base", "100", "--phi", "2", "--json"], "");
    assert!(phi["ratio_high"].as_f64() > found["ratio_high"].as_f64());
}

#[test]
fn exit_codes_and_what_is_said() {
    let counts = "week,n\n2024-01-01,3\n2024-01-08,x\n2024-01-22,4\n";
    for (arguments, code, said) in [
        (vec!["compare", "--now", "1"], 2, "--base"),
        (vec!["compare", "--now", "1", "--base", "2", "--phi", "0.5"], 2, "1 or more"),
        (vec!["detect", "--method", "bayes", "--set", "q=1", "--in", "-", "--column", "n"], 2, "q"),
        (vec!["detect", "--method", "bayes", "--in", "-", "--column", "m"], 1, "it has week, n"),
        (vec!["detect", "--method", "bayes", "--in", "-", "--column", "n"], 1, "row 2, column n"),
        (vec!["detect", "--method", "bayes", "--in", "/none.csv", "--column", "n"], 1, "/none.csv"),
        (vec!["near-repeat", "--in", "-", "--metres", "2,1", "--days", "1"], 2, "rise"),
        (vec!["claims", "--in", "-"], 1, "not a list"),
        (vec!["forecast", "--in", "-", "--column", "week"], 1, "not a count"),
    ] {
        let output = run(&arguments, counts);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
    let gap = "week,n\n2024-01-01,3\n2024-01-08,2\n2024-01-22,4\n";
    let arguments = ["detect", "--method", "bayes", "--in", "-", "--column", "n", "--time", "week"];
    let output = run(&arguments, gap);
    assert!(String::from_utf8_lossy(&output.stderr).contains("row 3"), "a gap names its row");
}

#[test]
fn farrington_by_the_command_line_is_the_reference() {
    let Some(series) = data("trends/series/philly_weekly.csv") else { return };
    let wanted = Table::read("trends/farrington/d22_homicide__default.csv").unwrap();
    let arguments = [
        "detect",
        "--method",
        "farrington",
        "--set",
        "b=5,w=3,periods=1,past=3,alpha=0.05,threshold=delta,trend_p=0.05",
        "--in",
        series.to_str().unwrap(),
        "--time",
        "week_monday",
        "--column",
        "d22_homicide",
        "--out",
        "-",
    ];
    let rows = csv_of(&arguments, "");
    assert_eq!(
        rows[0],
        vec!["t", "observed", "upperbound", "alarm", "expected", "phi", "p_value", "score"]
    );
    assert_eq!(rows.len(), 522);
    let number = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
    for (name, place) in
        [("upperbound", 2), ("alarm", 3), ("expected", 4), ("phi", 5), ("pvalue", 6), ("score", 7)]
    {
        for (week, value) in wanted.counts("t").into_iter().zip(wanted.numbers(name)) {
            let found = number(&rows[week as usize][place]);
            assert!(same(found, value, 1e-9), "{name} {week}: {found:?}, not {value:?}");
        }
    }
}

#[test]
fn hotspot_keeps_the_order_of_the_input() {
    let cells = "ix,iy,n\n1,1,9\n0,0,1\n1,0,2\n0,1,3\n7,7,0\n";
    let rows = csv_of(&["hotspot", "--in", "-", "--x", "ix", "--y", "iy", "--value", "n"], cells);
    assert_eq!(rows[0], vec!["ix", "iy", "n", "g_star", "z", "p", "moran_i"]);
    let order: Vec<&str> = rows[1..].iter().map(|row| &row[2]).collect();
    assert_eq!(order, ["9", "1", "2", "3", "0"]);
    assert_eq!(&rows[1][3], "1");
    let named = "id,n,near\na,1,b\nb,2,a c\nc,9,b\n";
    let arguments = ["hotspot", "--in", "-", "--value", "n", "--neighbours-column", "near"];
    assert_eq!(csv_of(&arguments, named).len(), 4);
}

#[test]
fn near_repeat_and_forecast_run_on_plain_files() {
    let points = "x,y,date\n0,0,2024-01-01\n50,0,2024-01-02\n9000,0,2024-03-01\n";
    let arguments = ["near-repeat", "--in", "-", "--metres", "100", "--days", "7", "--json"];
    let found = json(&arguments, points);
    assert_eq!(found["observed"], serde_json::json!([[1, 0], [0, 2]]));
    let weeks: String = (0..30).map(|week| format!("{}\n", 5 + week % 3)).collect();
    let arguments = ["forecast", "--in", "-", "--column", "n", "--weeks", "2"];
    let rows = csv_of(&arguments, &format!("n\n{weeks}"));
    assert_eq!(rows[0], vec!["t", "expected", "low", "high"]);
    assert_eq!((rows.len(), &rows[1][0]), (3, "31"));
}

#[test]
fn every_published_claim() {
    let Some(path) = data("trends/claims/claims.json") else { return };
    let found = json(&["claims", "--in", path.to_str().unwrap(), "--json"], "");
    let wanted: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let (found, wanted) = (found.as_array().unwrap(), wanted.as_array().unwrap());
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        let exact: f64 = wanted["exact"].as_str().unwrap().parse().unwrap();
        assert_eq!(found["ok"], wanted["ok"], "{wanted}");
        assert_eq!(found["rounded"].as_f64(), wanted["rounded_half_up"].as_f64(), "{wanted}");
        assert!((found["exact"].as_f64().unwrap() - exact).abs() <= 5e-6, "{wanted}");
        let verdict = found["verdict"].as_str().unwrap();
        assert_eq!(verdict == "可复现", wanted["ok"] == true, "{verdict}");
    }
}

#[test]
fn the_checker_reads_no_answer() {
    let claim = r#"[{"kind":"change_pct","current":70,"base":62,"stated":13.9,"decimals":1,
        "exact":"13.9","rounded_half_up":13.9,"ok":true}]"#;
    let found = json(&["claims", "--in", "-", "--json"], claim);
    assert_eq!(found[0]["verdict"], "不可复现(应为 12.9%)");
    let sentence =
        json(&["claims", "--json", "--text", "刑事案件同比下降63%，由100起降至37起"], "");
    assert_eq!((&sentence[0]["verdict"], &sentence[0]["ok"]), (&"可复现".into(), &true.into()));
}
