//! The newest fixes as Redis keeps them, for a node that begins to look at a district.
//!
//! It must not know what a fix means. Invariant: what is kept is news, never the truth: it expires,
//! may be gone or late, and is handed on marked as kept, to be judged again by who reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use redis::{Pipeline, cmd};
use tokio::sync::Notify;

use super::backoff::Backoff;
use super::partition::Partition;
use super::resp::{Reply, RespStream};
use super::server::Server;
use crate::bus::fanout::Fanout;
use crate::bus::{BusMessage, KEPT_FOR_MS, UnitFix, array};

/// A hash, with a unit in each field. Redis 7.0 expires no single field, so the whole one expires
/// when nothing of its district has moved for so long; readers look at each fix's time.
fn key(district: &str) -> String {
    Partition::of(district).fixes(district)
}

/// Adds the commands that keep these fixes, and returns how many they are.
pub(super) fn keep(pipe: &mut Pipeline, fixes: &[UnitFix]) -> usize {
    let mut districts: BTreeMap<&str, Vec<&UnitFix>> = BTreeMap::new();
    for fix in fixes {
        districts.entry(&fix.district).or_default().push(fix);
    }
    for (district, fixes) in &districts {
        let key = key(district);
        let set = pipe.cmd("HSET").arg(&key);
        for fix in fixes {
            set.arg(&fix.unit).arg(&fix.json);
        }
        pipe.cmd("PEXPIRE").arg(&key).arg(KEPT_FOR_MS);
    }
    districts.len() * 2
}

/// Adds the commands that forget these units of districts, and returns how many they are.
pub(super) fn forget(pipe: &mut Pipeline, units: &BTreeSet<(String, String)>) -> usize {
    for (district, unit) in units {
        pipe.cmd("HDEL").arg(key(district)).arg(unit);
    }
    units.len()
}

/// Reads what is kept of the districts that it is asked about.
pub(super) struct Kept {
    server: Server,
    fanout: Arc<Fanout>,
    asked: Mutex<BTreeSet<String>>,
    arrived: Notify,
}

impl Kept {
    pub(super) fn new(server: Server, fanout: Arc<Fanout>) -> Self {
        Self { server, fanout, asked: Mutex::default(), arrived: Notify::new() }
    }

    pub(super) fn ask(&self, districts: impl IntoIterator<Item = String>) {
        self.asked.lock().extend(districts);
        self.arrived.notify_one();
    }

    /// Runs until its task is aborted. On connections of its own: it is seldom asked, and nobody
    /// who hears waits for what may be megabytes.
    pub(super) async fn run(&self) {
        let mut backoff = Backoff::default();
        loop {
            self.arrived.notified().await;
            while let Err(error) = self.read_all().await {
                tracing::debug!(%error, "kept fixes can't be read");
                metrics::counter!("xunfang_bus_reconnects_total", "side" => "kept").increment(1);
                backoff.wait().await;
            }
            backoff.reset();
        }
    }

    async fn read_all(&self) -> Result<()> {
        let mut connection = None;
        while let Some(district) = self.next() {
            let connection = match &mut connection {
                Some(open) => open,
                none => none.insert(RespStream::open(&self.server).await?),
            };
            let values = cmd("HVALS").arg(key(&district)).get_packed_command();
            let payload = payload(connection.ask(&values, 1).await?.pop())?;
            self.asked.lock().remove(&district);
            metrics::counter!("xunfang_bus_kept_reads_total").increment(1);
            if let Some(payload) = payload {
                self.fanout.offer(&BusMessage::Positions { payload, kept: true });
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<String> {
        self.asked.lock().first().cloned()
    }
}

/// Nothing where nothing is kept.
fn payload(reply: Option<Reply>) -> Result<Option<Bytes>> {
    let values = match reply {
        Some(Reply::Array(values)) => values,
        Some(Reply::Error(text)) => return Err(super::refused(&text)),
        _ => return Err(Error::new(ErrorKind::InvalidData, "redis keeps something else there")),
    };
    let values = values.iter().filter_map(|value| match value {
        Reply::Bulk(json) => Some(json.as_slice()),
        _ => None,
    });
    let mut values = values.peekable();
    Ok(values.peek().is_some().then(|| array(values).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_district_has_a_hash_that_expires() {
        let fix = |district: &str, unit: &str| UnitFix {
            district: district.to_owned(),
            unit: unit.to_owned(),
            at_ms: 1,
            json: format!("[{unit}]"),
        };
        let mut pipe = redis::pipe();
        let fixes = [fix("PHL22", "1"), fix("420882002", "2"), fix("PHL22", "3")];
        assert_eq!(keep(&mut pipe, &fixes), 4);
        let gone = [("PHL22".to_owned(), "1".to_owned())].into();
        assert_eq!(forget(&mut pipe, &gone), 1);
        let mut expected = redis::pipe();
        expected.cmd("HSET").arg("xf:{p25}:fixes:420882002").arg("2").arg("[2]");
        expected.cmd("PEXPIRE").arg("xf:{p25}:fixes:420882002").arg(900_000);
        expected.cmd("HSET").arg("xf:{p11}:fixes:PHL22").arg("1").arg("[1]").arg("3").arg("[3]");
        expected.cmd("PEXPIRE").arg("xf:{p11}:fixes:PHL22").arg(900_000);
        expected.cmd("HDEL").arg("xf:{p11}:fixes:PHL22").arg("1");
        assert_eq!(pipe.get_packed_pipeline(), expected.get_packed_pipeline());
    }

    #[test]
    fn values_become_one_array_and_anything_else_a_fault() {
        let bulk = |text: &[u8]| Reply::Bulk(text.to_vec());
        let values = Reply::Array(vec![bulk(b"[1]"), bulk(b"[2]")]);
        assert_eq!(payload(Some(values)).unwrap().unwrap(), "[[1],[2]]");
        assert_eq!(payload(Some(Reply::Array(vec![]))).unwrap(), None);
        for other in [Some(Reply::Error(b"WRONGTYPE".to_vec())), Some(Reply::Null), None] {
            payload(other).unwrap_err();
        }
    }
}
