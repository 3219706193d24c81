//! `make bench-trends`: the statistics beside pandas, esda and R's surveillance, in one run.
//!
//! Prints one line a measurement, with the goal, and the calibration of the default detectors on
//! simulated series; ends with 1 when a goal is missed.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use xunfang::trend::cube::{CountCalendar, CountRow, Cube, GridIndex, KindIndex};
use xunfang::trend::detect::{
    Calendar, EarsSettings, EarsVariant, FarringtonSettings, ears, farrington,
};
use xunfang::trend::hotspot::{Neighbours, local_statistics};
use xunfang::trend::number::SplitMix;

#[path = "../tests/it/trend/simulation.rs"]
mod simulation;

/// Rows of the cube: a city's ten years.
const ROWS: u32 = 1_540_000;
/// Cells on each side of the square: 1,444, about the 1,436 of the reference.
const SIDE: u32 = 38;
/// Simulated weeks for each mean and dispersion.
const WEEKS: usize = 2_000;

/// One measurement.
struct Line {
    name: &'static str,
    ours_ms: f64,
    /// What the peer needs now; `None` when it isn't installed.
    peer_ms: Option<f64>,
    peer: &'static str,
    goal_ms: f64,
}

fn main() -> ExitCode {
    let peers = peers();
    let peer = |name: &str| peers.get(name).and_then(serde_json::Value::as_f64);
    let rows = rows();
    let (build_ms, add_ms) = cube(&rows);
    let counts = counts();
    let lines = [
        Line {
            name: "cube of 1.54 M rows",
            ours_ms: build_ms,
            peer_ms: peer("cube_ms"),
            peer: "pandas",
            goal_ms: 100.0,
        },
        Line { name: "one added event", ours_ms: add_ms, peer_ms: None, peer: "", goal_ms: 0.001 },
        Line {
            name: "Farrington, a point",
            ours_ms: farrington_ms(&counts),
            peer_ms: peer("farrington_ms"),
            peer: "surveillance",
            goal_ms: peer("farrington_ms").unwrap_or(11.9) / 10.0,
        },
        Line {
            name: "EARS C1, 521 weeks",
            ours_ms: ears_ms(&counts),
            peer_ms: peer("ears_ms"),
            peer: "surveillance",
            goal_ms: peer("ears_ms").unwrap_or(11.6) / 10.0,
        },
        Line {
            name: "Gi* and Moran, 1,444 cells",
            ours_ms: gi_ms(),
            peer_ms: peer("gi_ms"),
            peer: "esda",
            goal_ms: peer("gi_ms").unwrap_or(17.0) / 10.0,
        },
    ];
    println!("{:<28} {:>12} {:>26} {:>12}", "", "ours, ms", "peer, ms", "goal, ms");
    let mut missed = false;
    for line in &lines {
        let peer = match (line.peer, line.peer_ms) {
            ("", _) => "—".to_owned(),
            (peer, Some(ms)) => format!("{peer} {ms:.2}"),
            (peer, None) => format!("{peer} not installed"),
        };
        let met = line.ours_ms <= line.goal_ms;
        missed |= !met;
        println!(
            "{:<28} {:>12.5} {:>26} {:>12.4} {}",
            line.name,
            line.ours_ms,
            peer,
            line.goal_ms,
            if met { "met" } else { "MISSED" }
        );
    }
    calibration();
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Milliseconds of the best of some runs.
fn best_ms<T>(runs: u32, mut work: impl FnMut() -> T) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..runs {
        let start = Instant::now();
        black_box(work());
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    best
}

/// Rows as a ledger holds them: in the order of their day, as they came in.
fn rows() -> Vec<CountRow> {
    let mut random = SplitMix::new(1);
    let rows = 0..ROWS;
    rows.map(|seq| {
        let day = i64::from(seq) * 3650 / i64::from(ROWS);
        let minute = day * 1440 + i64::from(random.below(1440));
        CountRow {
            seq: u64::from(seq),
            occurred_minute: minute,
            reported_minute: minute + 30,
            kind: KindIndex(u16::try_from(random.below(33)).expect("33 kinds")),
            grid: Some(GridIndex(random.below(99))),
            grid_version: 1,
            n: 1,
        }
    })
    .collect()
}

/// Building, and adding one event to what is built.
fn cube(rows: &[CountRow]) -> (f64, f64) {
    let build = best_ms(5, || Cube::build(CountCalendar::default(), rows));
    let half = rows.len() / 2;
    let mut cube = Cube::build(CountCalendar::default(), &rows[..half]);
    let start = Instant::now();
    for row in &rows[half..] {
        cube.push(row);
    }
    let added = start.elapsed().as_secs_f64() * 1e3;
    black_box(&cube);
    (build, added / (rows.len() - half) as f64)
}

/// The weekly motor vehicle thefts of the test data, or 521 simulated weeks.
fn counts() -> Vec<u32> {
    let read = || -> Option<Vec<u32>> {
        let mut reader = csv::Reader::from_path(series()?).ok()?;
        let column = reader.headers().ok()?.iter().position(|name| name == "d22_mvt")?;
        reader.records().map(|row| row.ok()?.get(column)?.parse().ok()).collect()
    };
    read().unwrap_or_else(|| {
        let mut random = SplitMix::new(2);
        (0..521).map(|_| random.below(12)).collect()
    })
}

fn series() -> Option<PathBuf> {
    let root = PathBuf::from(std::env::var_os("XUNFANG_TEST_DATA")?);
    Some(root.join("trends/series/philly_weekly.csv"))
}

fn farrington_ms(counts: &[u32]) -> f64 {
    let points = counts.len() - 100..counts.len();
    let settings = FarringtonSettings::default();
    let all = best_ms(5, || {
        points
            .clone()
            .filter_map(|row| farrington(counts, Calendar::Weeks52, row, &settings))
            .count()
    });
    all / points.len() as f64
}

fn ears_ms(counts: &[u32]) -> f64 {
    best_ms(20, || ears(counts, &EarsSettings::new(EarsVariant::C1)))
}

fn gi_ms() -> f64 {
    let cells: Vec<(i64, i64)> =
        (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (i64::from(x), i64::from(y)))).collect();
    let neighbours = Neighbours::queen(&cells).expect("a square of cells");
    let mut random = SplitMix::new(3);
    let values: Vec<f64> = cells.iter().map(|_| f64::from(random.below(7))).collect();
    best_ms(20, || local_statistics(&values, &neighbours))
}

/// What the peers need, by name; empty without Python.
fn peers() -> serde_json::Map<String, serde_json::Value> {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/statistics.py");
    let mut command = Command::new(python);
    command.arg(script).arg(ROWS.to_string()).arg(SIDE.to_string()).args(series());
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    serde_json::from_slice(&output).unwrap_or_default()
}

fn calibration() {
    println!(
        "\nAlarms of the defaults on simulated weeks, % (α = .01; power: three times the mean)"
    );
    println!(
        "{:>5} {:>6} {:>6} {:>11} {:>11} {:>7} {:>7}",
        "φ", "mean", "weeks", "Farrington", "power", "Bayes", "power"
    );
    for phi in simulation::DISPERSIONS {
        let mut sums = (0.0, 0.0);
        for (mean, seed) in simulation::MEANS.into_iter().zip(1000..) {
            let found = simulation::rates(mean, phi, WEEKS, true, seed);
            sums = (sums.0 + found.farrington_false, sums.1 + found.bayes_false);
            println!(
                "{phi:>5} {mean:>6} {:>6} {:>11.2} {:>11.1} {:>7.2} {:>7.1}",
                found.weeks,
                100.0 * found.farrington_false,
                100.0 * found.farrington_power,
                100.0 * found.bayes_false,
                100.0 * found.bayes_power
            );
        }
        let means = simulation::MEANS.len() as f64;
        println!(
            "{phi:>5} {:>6} {:>6} {:>11.2} {:>11} {:>7.2}",
            "all",
            "",
            100.0 * sums.0 / means,
            "",
            100.0 * sums.1 / means
        );
    }
}
