//! What a running server counts, as Prometheus reads it.

use std::collections::HashMap;
use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The samples of one reading, by name with labels.
#[derive(Debug, Clone, Default)]
pub(super) struct Metrics(HashMap<String, f64>);

impl Metrics {
    /// Reads them from a server's metrics address.
    ///
    /// # Errors
    /// When it doesn't answer.
    pub(super) async fn read(address: SocketAddr) -> anyhow::Result<Self> {
        let mut stream = TcpStream::connect(address).await.context("no metrics")?;
        let request = format!("GET /metrics HTTP/1.0\r\nHost: {address}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (_, body) = answer.split_once("\r\n\r\n").context("no metrics in the answer")?;
        Ok(Self::parse(body))
    }

    fn parse(body: &str) -> Self {
        let samples = body.lines().filter(|line| !line.starts_with('#'));
        let samples = samples.filter_map(|line| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        });
        Self(samples.collect())
    }

    /// The sum over all labels of a metric; those whose labels hold `label`, unless it is empty.
    pub(super) fn sum(&self, metric: &str, label: &str) -> f64 {
        let of = |name: &str| {
            let rest = name.strip_prefix(metric)?;
            Some(rest.is_empty() || rest.starts_with('{')).filter(|is| *is)?;
            rest.contains(label).then_some(())
        };
        self.0.iter().filter(|(name, _)| of(name).is_some()).map(|(_, value)| value).sum()
    }

    /// By how much a metric has grown since an earlier reading.
    pub(super) fn since(&self, before: &Self, metric: &str, label: &str) -> f64 {
        self.sum(metric, label) - before.sum(metric, label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_summed_and_names_are_not_mixed_up() {
        let body = "# TYPE a counter\na{lane=\"x\"} 2\na{lane=\"y\"} 3.5\na_total 100\nb 7\n";
        let later = Metrics::parse(&body.replace("} 2", "} 12"));
        let metrics = Metrics::parse(body);
        for (metric, label, sum) in
            [("a", "", 5.5), ("a", "lane=\"y\"", 3.5), ("a_total", "", 100.0), ("b", "", 7.0)]
        {
            assert!((metrics.sum(metric, label) - sum).abs() < 1e-9, "{metric} {label}");
        }
        assert!((later.since(&metrics, "a", "") - 10.0).abs() < 1e-9);
        assert!(metrics.sum("c", "").abs() < 1e-9);
    }
}
