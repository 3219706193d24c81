//! Whether the load's own side kept up: a figure that it held back says nothing of the server.

use std::time::Duration;

use serde::Serialize;

use super::latency::Latency;
use super::process::own_cpu;
use super::{now_ns, seconds};

/// The load may use this share of its core; beyond it, it is itself what is measured.
const MOST_CPU: f64 = 0.85;
/// And may be so much late with what it meant to do, at the 99th percentile, in ms.
const MOST_LATE_MS: f64 = 20.0;

/// The load's own side from a moment on.
#[derive(Clone)]
pub(in crate::cli::bench) struct Watch {
    /// By how much what was meant to be done was late.
    pub(in crate::cli::bench) lateness: Latency,
    begun_ns: u64,
    cpu: Duration,
}

/// How the load did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::cli::bench) struct LoadSide {
    /// Share of its core that it used.
    pub(in crate::cli::bench) cpu_share: f64,
    /// 99th percentile of its lateness, ms.
    pub(in crate::cli::bench) late_p99_ms: f64,
    /// Why its figures can't be trusted; none when they can.
    pub(in crate::cli::bench) fault: Option<String>,
}

impl Watch {
    /// Begins now.
    pub(in crate::cli::bench) fn start() -> Self {
        Self { lateness: Latency::default(), begun_ns: now_ns(), cpu: own_cpu() }
    }

    /// The load from the start to now.
    pub(in crate::cli::bench) fn look(&self) -> LoadSide {
        let elapsed = seconds(now_ns().saturating_sub(self.begun_ns)).max(1e-9);
        let cpu = own_cpu().saturating_sub(self.cpu).as_secs_f64();
        judge(cpu / elapsed, self.lateness.ms(0.99))
    }
}

fn judge(cpu_share: f64, late_p99_ms: f64) -> LoadSide {
    let fault = if cpu_share > MOST_CPU {
        Some(format!("the load used {:.0} % of its core", cpu_share * 100.0))
    } else if late_p99_ms > MOST_LATE_MS {
        Some(format!("the load was {late_p99_ms:.1} ms late with 1 % of what it sent"))
    } else {
        None
    };
    LoadSide { cpu_share, late_p99_ms, fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_that_is_busy_or_late_is_told() {
        for (share, late, ok) in
            [(0.5, 2.0, true), (0.85, 20.0, true), (0.86, 1.0, false), (0.2, 20.1, false)]
        {
            assert_eq!(judge(share, late).fault.is_none(), ok, "{share} {late}");
        }
    }

    #[test]
    fn a_fresh_watch_finds_no_lateness() {
        let watch = Watch::start();
        assert!(watch.look().late_p99_ms.abs() < f64::EPSILON);
        watch.lateness.record_us(30_000);
        assert!(watch.look().late_p99_ms > 29.0);
    }
}
