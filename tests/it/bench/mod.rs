//! `xunfang bench`: each benchmark runs small, says what it promises, and loses nothing. Never how
//! fast anything was: a benchmark is no timed test.

mod flags;
mod small_runs;

use std::process::{Command, Output};

use serde_json::Value;

/// Runs a benchmark on a folder that stands beside the build.
fn bench(args: &[&str]) -> Output {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/bench");
    Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .arg("bench")
        .args(args)
        .args(["--folder", folder])
        .output()
        .unwrap()
}

/// What it says on one line, and whether it ended well.
fn report(args: &[&str]) -> (Value, bool) {
    let output = bench(&[args, &["--json"]].concat());
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.lines().count(), 1, "{args:?} said {said:?} and {complained}");
    (serde_json::from_str(&said).unwrap(), output.status.success())
}
