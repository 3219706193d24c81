//! Each benchmark, small, on the debug build.

use serde_json::Value;

use super::{bench, report};
use crate::support::{Backend, Redis};

/// A fault that tells of a busy machine, on which a test may well run.
const OF_THE_LOAD: &str = "the load ";

/// Runs it, and holds against what it promised: figures and goals are there, and nothing is lost.
fn runs(args: &[&str], goals: usize, figures: &[&str]) -> Value {
    let (report, succeeded) = report(args);
    assert_eq!(report["bench"], args[0]);
    assert_eq!(report["target"], "xunfang");
    let found = report["goals"].as_array().unwrap();
    assert_eq!(found.len(), goals, "{report}");
    for goal in found {
        assert!(goal["figure"].is_number() && goal["met"].is_boolean(), "{goal}");
    }
    for name in [figures, &["load_cpu_share", "load_late_p99_ms"]].concat() {
        assert!(report["figures"][name].is_number(), "{name} in {report}");
    }
    let faults: Vec<&str> =
        report["faults"].as_array().unwrap().iter().map(|fault| fault.as_str().unwrap()).collect();
    let others: Vec<_> = faults.iter().filter(|fault| !fault.starts_with(OF_THE_LOAD)).collect();
    assert!(others.is_empty(), "{others:?}");
    assert_eq!(succeeded, faults.is_empty(), "{faults:?}");
    assert_eq!(report["load_ok"], Value::Bool(faults.is_empty()));
    report
}

fn figure(report: &Value, name: &str) -> f64 {
    report["figures"][name].as_f64().unwrap()
}

#[test]
fn every_text_reaches_every_subscriber() {
    let args = ["fanout", "--clients", "20", "--rate", "20", "--seconds", "2"];
    let figures =
        ["p50_ms", "p99_ms", "max_ms", "cpu_us_per_delivery", "writes_per_delivery", "rss_mib"];
    let report = runs(&args, 1, &figures);
    // 40 texts; the last may fall on the end.
    let deliveries = figure(&report, "deliveries");
    assert!((780.0..=800.0).contains(&deliveries), "{deliveries}");
    assert!(figure(&report, "message_bytes") > 128.0);
}

#[test]
fn units_are_seen_at_every_desk() {
    let args = ["positions", "--members", "20", "--viewers", "3", "--seconds", "3"];
    let figures = ["age_p99_ms", "updates_per_cpu_s", "server_cpu_share", "bytes_per_update"];
    let report = runs(&args, 2, &figures);
    assert!(figure(&report, "updates_per_s") > 0.0);
    assert!(figure(&report, "fixes_taken_per_s") > 0.0);
}

#[test]
fn commands_are_acknowledged_beside_syncs_of_a_page() {
    let args = [
        "ack",
        "--clients",
        "20",
        "--desks",
        "2",
        "--rate",
        "20",
        "--seconds",
        "2",
        "--waiting",
        "10",
        "--waiting-seconds",
        "1",
    ];
    let figures = ["ack_p99_ms", "event_p99_ms", "sync_p99_ms", "commands_per_sync"];
    let report = runs(&args, 5, &figures);
    assert!(figure(&report, "commands_per_sync") >= 1.0);
    assert!(figure(&report, "sync_p50_ms") > 0.0);
}

#[test]
fn the_highest_rate_is_looked_for() {
    let args = [
        "ack",
        "--clients",
        "30",
        "--desks",
        "1",
        "--probe",
        "0.2",
        "--seconds",
        "1",
        "--waiting",
        "5",
        "--waiting-seconds",
        "0.5",
    ];
    let report = runs(&args, 5, &["highest_rate_per_s"]);
    let rate = report["setting"]["rate"].as_f64().unwrap();
    assert!((rate * 2.0 - figure(&report, "highest_rate_per_s")).abs() < 1e-6);
}

#[test]
fn every_call_for_help_is_heard_at_every_desk() {
    let args = [
        "sos",
        "--members",
        "20",
        "--desks",
        "3",
        "--calls",
        "10",
        "--reports",
        "100",
        "--fill",
        "20",
    ];
    let figures = ["alarm_p99_ms", "event_p99_ms", "throttled_alarm_p99_ms", "filled_after_s"];
    let report = runs(&args, 1, &figures);
    assert!((figure(&report, "calls") - 10.0).abs() < f64::EPSILON);
}

#[test]
fn connections_at_rest_are_weighed() {
    let args = ["idle", "--clients", "30", "--settle", "0", "--seconds", "1"];
    runs(&args, 2, &["kib_per_connection", "cpu_us_per_s_per_connection", "rss_mib"]);
}

#[test]
fn whoever_is_cut_off_comes_back_and_misses_nothing() {
    let report = runs(
        &["resume", "--clients", "40", "--rate", "20"],
        2,
        &["live_p99_ms", "greeted_p99_ms", "log_reads", "resets", "failed_tries"],
    );
    assert!(figure(&report, "events_due") > 0.0);
}

#[test]
fn frozen_readers_cost_the_others_nothing() {
    let args = [
        "frozen",
        "--clients",
        "10",
        "--share",
        "20",
        "--rate",
        "20",
        "--seconds",
        "1",
        "--rounds",
        "2",
    ];
    runs(&args, 3, &["p99_ratio", "before_p99_ms", "frozen_p99_ms", "grown_mib", "left_open"]);
}

#[test]
fn a_person_gets_a_table() {
    let output = bench(&["fanout", "--clients", "3", "--rate", "10", "--seconds", "0.5"]);
    let table = String::from_utf8(output.stdout).unwrap();
    for part in
        ["fanout of xunfang", "publish to receipt, p99", "≤ 20 ms", "deliveries", "clients 3"]
    {
        assert!(table.contains(part), "{part} in {table}");
    }
}

/// What every set-up tells of reports and of fixes.
const OF_A_CLUSTER: [&str; 7] = [
    "ack_p99_ms",
    "same_p99_ms",
    "cpu_us_per_delivery",
    "bytes_per_command",
    "age_same_p99_ms",
    "node_cpu_us_per_fix",
    "bus_commands_per_fix",
];
const SMALL: [&str; 9] =
    ["cluster", "--units", "20", "--desks", "2", "--reports", "20", "--seconds", "2"];

#[test]
fn one_node_alone_is_measured_as_a_cluster_is() {
    let report = runs(&SMALL, 0, &OF_A_CLUSTER);
    assert!(figure(&report, "bus_commands_per_fix").abs() < f64::EPSILON, "it has no bus");
    assert!(figure(&report, "deliveries") >= 76.0);
}

#[tokio::test]
async fn two_nodes_hear_each_other() {
    let (backend, redis) = (Backend::postgres().await, Redis::start());
    let (database, bus) = (backend.url().to_owned(), redis.url());
    let shared = ["--nodes", "2", "--database", &database, "--bus", &bus];
    let figures = ["other_p99_ms", "hop_p50_ms", "age_other_p99_ms", "bus_publishes_per_s"];
    let report = runs(&[&SMALL[..], &shared].concat(), 1, &[&OF_A_CLUSTER[..], &figures].concat());
    assert!(figure(&report, "bus_commands_per_command") > 0.0);
    assert!(figure(&report, "bus_cpu_us_per_fix") > 0.0);
    // Two desks at each node hear some 40 reports.
    assert!(figure(&report, "deliveries") >= 152.0);
}
