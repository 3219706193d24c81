//! Slow drift: a one-sided CUSUM on standardised counts (Rossi, Lampugnani and Marchi, 1999).
//!
//! It must not reset after an alarm: a drift that lasts keeps alarming. Invariant: the mean is that
//! of the first rows and never moves.

use super::Judgement;

/// Settings; the defaults are the published ones.
#[derive(Clone, Copy, Debug)]
pub struct CusumSettings {
    /// Reference value: drift below it is ignored.
    pub k: f64,
    /// Alarm at this sum.
    pub h: f64,
    /// Rows whose mean is the norm.
    pub learn: usize,
}

impl Default for CusumSettings {
    fn default() -> Self {
        Self { k: 1.04, h: 2.26, learn: 7 }
    }
}

/// One judgement a week, in order; no bound while learning, nor when nothing was learnt but 0.
pub fn cusum(counts: &[u32], settings: &CusumSettings) -> Vec<Judgement> {
    let learnt = &counts[..settings.learn.min(counts.len())];
    let mean = learnt.iter().map(|&count| f64::from(count)).sum::<f64>() / learnt.len() as f64;
    let mut sum = 0.0_f64;
    let mut judged = Vec::with_capacity(counts.len());
    for (row, &observed) in counts.iter().enumerate() {
        if row < settings.learn || mean <= 0.0 {
            judged.push(Judgement { row, observed, bound: None, alarm: false });
            continue;
        }
        let room = mean.sqrt() * (settings.h - sum + settings.k);
        let bound = (mean + room).ceil().max(0.0);
        sum = (sum + (f64::from(observed) - mean) / mean.sqrt() - settings.k).max(0.0);
        judged.push(Judgement { row, observed, bound: Some(bound), alarm: sum >= settings.h });
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_rise_alarms_in_the_end() {
        let mut counts = vec![4; 7];
        counts.extend([5, 6, 7, 7, 7, 7, 8, 8]);
        let judged = cusum(&counts, &CusumSettings::default());
        assert!(judged[6].bound.is_none());
        assert!(!judged[8].alarm);
        assert!(judged[14].alarm);
    }

    #[test]
    fn a_silent_start_has_no_norm() {
        let judged = cusum(&[0, 0, 0, 0, 0, 0, 0, 5], &CusumSettings::default());
        assert_eq!(judged[7].bound, None);
    }
}
