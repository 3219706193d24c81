//! Many cells at once: which of a week's judgements become alerts.
//!
//! It must not change a p-value: the raw one is kept beside the adjusted one. Invariant: over the
//! alerts of a week, the expected share of false ones is at most `q`.

use super::choose::CellJudgement;

/// Settings of the screen.
#[derive(Clone, Copy, Debug)]
pub struct ScreenSettings {
    /// False-discovery rate (Benjamini and Hochberg, 1995).
    pub q: f64,
    /// Events that a rise must hold at least.
    pub least: u32,
    /// Weeks for which a cell that alerted stays silent.
    pub cooldown_weeks: u32,
}

impl Default for ScreenSettings {
    fn default() -> Self {
        Self { q: 0.1, least: 3, cooldown_weeks: 4 }
    }
}

/// One cell of the week.
#[derive(Clone, Copy, Debug)]
pub struct ScreenCell {
    /// What its model says; `None` when there is too little history.
    pub judgement: Option<CellJudgement>,
    /// Weeks since its last alert of the same direction; `None`: never.
    pub weeks_since_rise: Option<u32>,
    /// The same for falls.
    pub weeks_since_fall: Option<u32>,
}

/// Up, or down (possible under-recording).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More than expected.
    Rise,
    /// Fewer than expected.
    Fall,
}

/// An alert for a person to confirm or dismiss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alert {
    /// Index of the cell.
    pub cell: usize,
    /// Up or down.
    pub direction: Direction,
    /// Model, expectation, bound and raw p-values.
    pub judgement: CellJudgement,
    /// Benjamini–Hochberg adjusted p-value.
    pub q: f64,
}

/// Adjusted p-values, in the order given; a NaN stays NaN and doesn't count.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).filter(|&index| !p[index].is_nan()).collect();
    order.sort_by(|&a, &b| p[b].total_cmp(&p[a]));
    let tests = order.len() as f64;
    let mut adjusted = vec![f64::NAN; p.len()];
    let mut least = 1.0_f64;
    for (place, &index) in order.iter().enumerate() {
        least = least.min(p[index] * tests / (tests - place as f64));
        adjusted[index] = least;
    }
    adjusted
}

/// The week's alerts, rises first.
pub fn screen(cells: &[ScreenCell], settings: &ScreenSettings) -> Vec<Alert> {
    let rises = one_way(cells, settings, Direction::Rise);
    rises.into_iter().chain(one_way(cells, settings, Direction::Fall)).collect()
}

fn one_way(cells: &[ScreenCell], settings: &ScreenSettings, direction: Direction) -> Vec<Alert> {
    let p = |cell: &ScreenCell| match (cell.judgement, direction) {
        (None, _) => f64::NAN,
        (Some(judged), Direction::Rise) => judged.p_high,
        (Some(judged), Direction::Fall) => judged.p_low,
    };
    let adjusted = benjamini_hochberg(&cells.iter().map(p).collect::<Vec<f64>>());
    let rows = cells.iter().zip(adjusted).enumerate();
    rows.filter_map(|(cell, (state, q))| {
        let judgement = state.judgement?;
        let (enough, since) = match direction {
            Direction::Rise => {
                let enough = judgement.observed >= settings.least && judgement.bound.is_some();
                (enough, state.weeks_since_rise)
            }
            Direction::Fall => (true, state.weeks_since_fall),
        };
        let rested = since.is_none_or(|weeks| weeks > settings.cooldown_weeks);
        (q <= settings.q && enough && rested).then_some(Alert { cell, direction, judgement, q })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::choose::Model;
    use super::*;

    fn cell(observed: u32, p_high: f64, p_low: f64) -> ScreenCell {
        let judgement = CellJudgement {
            model: Model::Bayes,
            observed,
            expected: 5.0,
            phi: 1.0,
            bound: Some(9.0),
            p_high,
            p_low,
        };
        ScreenCell { judgement: Some(judgement), weeks_since_rise: None, weeks_since_fall: None }
    }

    #[test]
    fn adjusted_values_are_those_of_the_paper_procedure() {
        let p = [0.01, 0.04, 0.03, f64::NAN, 0.005];
        let found = benjamini_hochberg(&p);
        for (found, wanted) in found.iter().zip([0.02, 0.04, 0.04, f64::NAN, 0.02]) {
            assert!((found - wanted).abs() < 1e-12 || (found.is_nan() && wanted.is_nan()));
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn one_strong_rise_among_many_quiet_cells() {
        let mut cells = vec![cell(5, 0.5, 0.6); 99];
        cells.push(cell(30, 1e-6, 1.0));
        let alerts = screen(&cells, &ScreenSettings::default());
        assert_eq!(alerts.iter().map(|alert| alert.cell).collect::<Vec<_>>(), [99]);
        assert!((alerts[0].q - 1e-4).abs() < 1e-15);
        cells[99].weeks_since_rise = Some(4);
        assert!(screen(&cells, &ScreenSettings::default()).is_empty());
        cells[99].weeks_since_rise = Some(5);
        assert_eq!(screen(&cells, &ScreenSettings::default()).len(), 1);
    }

    #[test]
    fn two_events_are_no_rise_and_silence_is_a_fall() {
        assert!(screen(&[cell(2, 1e-6, 1.0)], &ScreenSettings::default()).is_empty());
        let alerts = screen(&[cell(0, 1.0, 1e-4)], &ScreenSettings::default());
        assert_eq!(alerts[0].direction, Direction::Fall);
    }
}
