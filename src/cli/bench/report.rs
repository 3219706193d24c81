//! What a benchmark says: figures with their units, goals beside them, and whether to trust them.
//!
//! Invariant: a figure that can't be trusted, and anything lost, doubled or out of order, is a
//! fault and an exit code; a missed goal is neither.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::Serialize;

use super::measure::watch::LoadSide;

/// One run of one benchmark.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Which benchmark.
    pub(super) bench: &'static str,
    /// What was measured: `xunfang`, or a peer.
    pub(super) target: String,
    /// How long it was measured, in s.
    pub(super) seconds: f64,
    /// How it was run.
    pub(super) setting: BTreeMap<&'static str, f64>,
    /// What is to be reached, and what was.
    pub(super) goals: Vec<Goal>,
    /// Everything measured; the unit stands in the name.
    pub(super) figures: BTreeMap<String, f64>,
    /// What a reader should know.
    pub(super) notes: Vec<String>,
    /// What makes the run worthless or the target wrong.
    pub(super) faults: Vec<String>,
    /// Whether the load's side kept up.
    pub(super) load_ok: bool,
}

/// A figure with its goal.
#[derive(Debug, Serialize)]
pub(super) struct Goal {
    /// What is measured, in plain English.
    pub(super) what: &'static str,
    /// The goal: `≤ 20 ms`.
    pub(super) goal: String,
    /// The figure, in the goal's unit.
    pub(super) figure: f64,
    /// Whether it is reached.
    pub(super) met: bool,
}

impl Goal {
    /// A figure that may be so much at most.
    pub(super) fn at_most(what: &'static str, most: f64, unit: &str, figure: f64) -> Self {
        Self { what, goal: format!("≤ {most} {unit}"), figure, met: figure <= most }
    }

    /// A figure that must be so much at least.
    pub(super) fn at_least(what: &'static str, least: f64, unit: &str, figure: f64) -> Self {
        Self { what, goal: format!("≥ {least} {unit}"), figure, met: figure >= least }
    }
}

impl Report {
    /// Nothing measured yet.
    pub(super) fn of(bench: &'static str, target: &str, seconds: f64) -> Self {
        Self {
            bench,
            target: target.to_owned(),
            seconds,
            setting: BTreeMap::new(),
            goals: Vec::new(),
            figures: BTreeMap::new(),
            notes: Vec::new(),
            faults: Vec::new(),
            load_ok: true,
        }
    }

    /// Adds a figure; its unit stands in its name.
    pub(super) fn figure(&mut self, name: &str, value: f64) {
        self.figures.insert(name.to_owned(), value);
    }

    /// Adds how it was run.
    pub(super) fn set(&mut self, name: &'static str, value: f64) {
        self.setting.insert(name, value);
    }

    /// Adds a fault when something was lost, or doubled, or the like.
    pub(super) fn fault_if(&mut self, count: u64, what: &str) {
        if count > 0 {
            self.faults.push(format!("{count} {what}"));
        }
    }

    /// Adds how the load's side did.
    pub(super) fn load(&mut self, side: LoadSide) {
        self.figure("load_cpu_share", side.cpu_share);
        self.figure("load_late_p99_ms", side.late_p99_ms);
        self.load_ok = side.fault.is_none();
        self.faults.extend(side.fault);
    }

    /// 1 when there is a fault.
    pub(super) fn exit_code(&self) -> ExitCode {
        if self.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// One JSON object on one line.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("a report has string keys and finite numbers")
    }

    /// A short table for people.
    pub(super) fn table(&self) -> String {
        let mut text = format!("{} of {}, {:.0} s\n\n", self.bench, self.target, self.seconds);
        for Goal { what, goal, figure, met } in &self.goals {
            let mark = if *met { "reached" } else { "missed" };
            line(&mut text, &format!("  {what:<52} {goal:>14}  {figure:>12.3}  {mark}"));
        }
        text.push('\n');
        for (name, value) in &self.figures {
            line(&mut text, &format!("  {name:<38} {value:>16.3}"));
        }
        let setting = self.setting.iter().map(|(name, value)| format!("{name} {value}"));
        line(&mut text, &format!("\n  {}", setting.collect::<Vec<_>>().join(", ")));
        for note in &self.notes {
            line(&mut text, &format!("  {note}"));
        }
        for fault in &self.faults {
            line(&mut text, &format!("  FAULT: {fault}"));
        }
        text
    }
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::of("fanout", "xunfang", 20.0);
        report.goals.push(Goal::at_most("publish to receipt, p99", 20.0, "ms", 7.25));
        report.goals.push(Goal::at_least("commands a sync", 5.0, "", 4.0));
        report.figure("p99_ms", 7.25);
        report.set("clients", 1_000.0);
        report
    }

    #[test]
    fn a_missed_goal_is_no_fault_and_what_is_lost_is() {
        let mut report = report();
        assert_eq!(report.goals.iter().map(|goal| goal.met).collect::<Vec<_>>(), [true, false]);
        assert_eq!(format!("{:?}", report.exit_code()), format!("{:?}", ExitCode::SUCCESS));
        report.fault_if(0, "doubled");
        report.fault_if(2, "lost");
        assert_eq!(report.faults, ["2 lost"]);
        assert_eq!(format!("{:?}", report.exit_code()), format!("{:?}", ExitCode::FAILURE));
    }

    #[test]
    fn a_load_that_held_back_is_a_fault() {
        let mut report = report();
        let fault = Some("the load used 99 % of its core".to_owned());
        report.load(LoadSide { cpu_share: 0.99, late_p99_ms: 1.0, fault });
        assert!(!report.load_ok);
        assert_eq!(report.faults.len(), 1);
    }

    #[test]
    fn the_two_forms_say_the_same() {
        let report = report();
        let read: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(read["figures"]["p99_ms"], 7.25);
        assert_eq!(read["goals"][0]["goal"], "≤ 20 ms");
        let table = report.table();
        for part in ["fanout of xunfang", "≤ 20 ms", "7.250", "reached", "missed", "clients 1000"]
        {
            assert!(table.contains(part), "{part} in {table}");
        }
    }
}
