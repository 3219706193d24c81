//! What nodes and the engines beside them use: Redis as it tells itself, the rest as the system does.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context as _;
use redis::aio::MultiplexedConnection;

use super::super::measure::process::Usage;
use super::super::measure::{now_ns, seconds};
use super::super::report::Report;
use super::super::served::Served;

/// The engines of a cluster; none of one node alone.
#[derive(Default)]
pub(super) struct Engines {
    /// PostgreSQL's first process.
    pub(super) database: Option<Usage>,
    /// A connection to Redis.
    pub(super) bus: Option<MultiplexedConnection>,
}

/// What they have used so far.
#[derive(Debug, Clone, Default)]
pub(super) struct EngineUse {
    /// PostgreSQL's time on the processor.
    pub(super) database: Duration,
    /// Redis's counters by name, `section` and all; see [`EngineUse::bus`].
    info: HashMap<String, String>,
}

impl Engines {
    /// Those at these addresses.
    ///
    /// # Errors
    /// When Redis doesn't answer.
    pub(super) async fn reach(
        database_pid: Option<u32>,
        bus: Option<&str>,
    ) -> anyhow::Result<Self> {
        let bus = match bus {
            Some(url) => {
                let client = redis::Client::open(url).context("--bus")?;
                let connection = client.get_multiplexed_async_connection().await;
                Some(connection.context("Redis doesn't answer")?)
            }
            None => None,
        };
        Ok(Self { database: database_pid.map(Usage::of), bus })
    }

    /// What they have used so far.
    ///
    /// # Errors
    /// When one of them is gone.
    pub(super) async fn used(&self) -> anyhow::Result<EngineUse> {
        let database = self.database.map_or(Ok(Duration::ZERO), Usage::cpu)?;
        let info = match &self.bus {
            Some(bus) => {
                let mut bus = bus.clone();
                let text: String = redis::cmd("INFO").arg("all").query_async(&mut bus).await?;
                parse(&text)
            }
            None => HashMap::new(),
        };
        Ok(EngineUse { database, info })
    }
}

fn parse(text: &str) -> HashMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.map(|(name, value)| (name.to_owned(), value.trim_end().to_owned())).collect()
}

impl EngineUse {
    /// A counter of Redis.
    fn counter(&self, name: &str) -> f64 {
        self.info.get(name).and_then(|value| value.parse().ok()).unwrap_or(0.0)
    }

    /// How often Redis ran these commands; all but our own questions when none is named.
    pub(super) fn commands(&self, named: &[&str]) -> f64 {
        let calls = |(name, value): (&String, &String)| {
            let name = name.strip_prefix("cmdstat_")?;
            let counts = if named.is_empty() { name != "info" } else { named.contains(&name) };
            let calls = value.strip_prefix("calls=")?.split(',').next()?;
            counts.then(|| calls.parse::<f64>().ok())?
        };
        self.info.iter().filter_map(calls).sum()
    }

    /// Redis's time on the processor, in s.
    pub(super) fn bus_cpu_s(&self) -> f64 {
        self.counter("used_cpu_sys") + self.counter("used_cpu_user")
    }

    /// Bytes that Redis read and wrote.
    pub(super) fn bus_bytes(&self) -> f64 {
        self.counter("total_net_input_bytes") + self.counter("total_net_output_bytes")
    }
}

/// What everybody has used at a moment.
pub(super) struct Reading {
    at_ns: u64,
    nodes_s: f64,
    engines: EngineUse,
}

impl Reading {
    /// Now.
    ///
    /// # Errors
    /// When one of them is gone.
    pub(super) async fn of(nodes: &[Served], engines: &Engines) -> anyhow::Result<Self> {
        let mut nodes_s = 0.0;
        for node in nodes {
            nodes_s += node.usage.cpu()?.as_secs_f64();
        }
        Ok(Self { at_ns: now_ns(), nodes_s, engines: engines.used().await? })
    }
}

/// What was used between two readings.
pub(super) struct Used<'a> {
    /// The first.
    pub(super) before: &'a Reading,
    /// The second.
    pub(super) after: &'a Reading,
}

impl Used<'_> {
    /// Between the two.
    pub(super) fn took_s(&self) -> f64 {
        seconds(self.after.at_ns - self.before.at_ns)
    }

    fn nodes_s(&self) -> f64 {
        self.after.nodes_s - self.before.nodes_s
    }

    fn database_s(&self) -> f64 {
        let [before, after] = [self.before, self.after].map(|at| at.engines.database);
        after.saturating_sub(before).as_secs_f64()
    }

    /// By how much a counter of Redis has grown.
    pub(super) fn bus(&self, counter: impl Fn(&EngineUse) -> f64) -> f64 {
        counter(&self.after.engines) - counter(&self.before.engines)
    }

    /// Of all of them.
    pub(super) fn cpu_s(&self) -> f64 {
        self.nodes_s() + self.database_s() + self.bus(EngineUse::bus_cpu_s)
    }

    /// What each `thing` cost, in whose time.
    pub(super) fn tell(&self, thing: &str, count: f64, report: &mut Report) {
        for (whose, cpu_s) in [
            ("node", self.nodes_s()),
            ("database", self.database_s()),
            ("bus", self.bus(EngineUse::bus_cpu_s)),
        ] {
            report.figure(&format!("{whose}_cpu_us_per_{thing}"), cpu_s * 1e6 / count.max(1.0));
        }
        let commands = self.bus(|of| of.commands(&[])) / count.max(1.0);
        report.figure(&format!("bus_commands_per_{thing}"), commands);
        let share = self.nodes_s() / self.took_s();
        report.figure(&format!("nodes_cpu_share_{thing}"), share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redis_tells_its_commands_its_time_and_its_bytes() {
        let text = "# CPU\r\nused_cpu_sys:1.5\r\nused_cpu_user:2.25\r\n# Stats\r\n\
            total_net_input_bytes:100\r\ntotal_net_output_bytes:11\r\n# Commandstats\r\n\
            cmdstat_publish:calls=7,usec=70,usec_per_call=10.00\r\n\
            cmdstat_hset:calls=2,usec=9,usec_per_call=4.50\r\n\
            cmdstat_info:calls=3,usec=9,usec_per_call=3.00\r\n";
        let used = EngineUse { database: Duration::ZERO, info: parse(text) };
        assert!((used.commands(&[]) - 9.0).abs() < 1e-9, "its own INFO isn't counted");
        assert!((used.commands(&["publish"]) - 7.0).abs() < 1e-9);
        assert!((used.bus_cpu_s() - 3.75).abs() < 1e-9);
        assert!((used.bus_bytes() - 111.0).abs() < 1e-9);
        assert!(EngineUse::default().commands(&[]).abs() < 1e-9);
    }
}
