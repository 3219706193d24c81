//! `xunfang trend compare`.

use clap::Args;
use serde_json::json;

use super::output::{write_json, write_line};
use crate::trend::compare::{DayCount, assess, percent_change, wording};
use crate::trend::interval::Tally;

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Events in the period asked about
    #[arg(long)]
    now: u32,
    /// Events in the base period
    #[arg(long)]
    base: u32,
    /// Days of the period
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    days_now: u32,
    /// Days of the base period
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    days_base: u32,
    /// Overdispersion, 1 or more: widens the interval
    #[arg(long, value_parser = dispersion)]
    phi: Option<f64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn dispersion(text: &str) -> Result<f64, String> {
    let phi: Option<f64> = text.parse().ok();
    phi.filter(|phi| *phi >= 1.0 && phi.is_finite()).ok_or_else(|| "must be 1 or more".to_owned())
}

pub(super) fn run(args: &CompareArgs) -> anyhow::Result<()> {
    let count = |count: u32, days| DayCount { count: u64::from(count), days };
    let (now, base) = (count(args.now, args.days_now), count(args.base, args.days_base));
    let tally = |side: DayCount| Tally { count: side.count, days: f64::from(side.days) };
    let found = assess(tally(now), tally(base), args.phi);
    let words = wording(now, base);
    let verdict = found.verdict.label();
    if !args.json {
        let p = found.tests.map_or_else(
            || "—".to_owned(),
            |tests| {
                if tests.central < 0.001 {
                    "<.001".to_owned()
                } else {
                    format!("{:.3}", tests.central)
                }
            },
        );
        return write_line(&format!(
            "{}起({}天)，基期{}起({}天)：{}，p {p}，{verdict}",
            args.now, args.days_now, args.base, args.days_base, words.text
        ));
    }
    write_json(&json!({
        "p_central": found.tests.map(|tests| tests.central),
        "p_minlike": found.tests.map(|tests| tests.min_likelihood),
        "p_mid": found.tests.map(|tests| tests.mid),
        "p_etest": found.tests.map(|tests| tests.e_test),
        "ratio_low": found.ratio.low,
        "ratio_high": found.ratio.high,
        "percent": percent_change(now, base).map(|percent| percent.value()),
        "verdict": verdict,
        "text": words.text,
        "cell": words.cell,
        "flags": words.flags,
    }))
}
