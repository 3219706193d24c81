//! The highest rate that something bears: doubled until it doesn't, then halved in between.

/// A search, one probe after the other.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli::bench) struct RateSearch {
    next: f64,
    borne: Option<f64>,
    failed: Option<f64>,
    close: f64,
}

impl RateSearch {
    /// Begins at a rate, and ends when the highest that is borne is known to a share of itself.
    pub(in crate::cli::bench) fn new(first: f64, close: f64) -> Self {
        Self { next: first, borne: None, failed: None, close }
    }

    /// The next rate to try; none when the highest is known well enough.
    pub(in crate::cli::bench) fn probe(&self) -> Option<f64> {
        match (self.borne, self.failed) {
            (Some(borne), Some(failed)) if failed <= borne * (1.0 + self.close) => None,
            // A rate of less than one a second is none.
            (None, Some(failed)) if failed < 1.0 => None,
            _ => Some(self.next),
        }
    }

    /// Says how the rate that was tried went.
    pub(in crate::cli::bench) fn tell(&mut self, is_borne: bool) {
        let slot = if is_borne { &mut self.borne } else { &mut self.failed };
        *slot = Some(self.next);
        self.next = match (self.borne, self.failed) {
            (Some(borne), Some(failed)) => (borne * failed).sqrt(),
            (Some(borne), None) => borne * 2.0,
            (None, Some(failed)) => failed / 2.0,
            (None, None) => self.next,
        };
    }

    /// The highest that was borne.
    pub(in crate::cli::bench) fn found(&self) -> Option<f64> {
        self.borne
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(limit: f64) -> (Option<f64>, usize) {
        let mut search = RateSearch::new(100.0, 0.1);
        let mut probes = 0;
        while let Some(rate) = search.probe() {
            search.tell(rate <= limit);
            probes += 1;
        }
        (search.found(), probes)
    }

    #[test]
    fn the_limit_is_found_from_below_and_from_above() {
        for limit in [3.0, 99.0, 100.0, 1_234.0, 50_000.0] {
            let (found, probes) = search(limit);
            let found = found.unwrap();
            assert!(found <= limit && found >= limit / 1.1, "{limit}: {found}");
            assert!(probes < 20, "{limit}: {probes}");
        }
        assert_eq!(search(0.0).0, None);
    }
}
