//! Simulated series: how often the default detectors alarm when nothing happened, and when a week
//! has three times its events. Shared by the test (small) and `make bench-trends` (large).

use xunfang::trend::detect::{BayesSettings, Calendar, FarringtonSettings, bayes, farrington};
use xunfang::trend::number::{CountLaw, SplitMix};

/// Means simulated, events a week.
pub(crate) const MEANS: [f64; 7] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];
/// Dispersions simulated.
pub(crate) const DISPERSIONS: [f64; 3] = [1.0, 1.5, 2.0];
/// Rows before the first one judged: five years and the window's half.
const HISTORY: usize = 5 * 52 + 4;
/// Rows between two judged ones, so that they hardly share a baseline.
const APART: usize = 13;
const A_SERIES: usize = 4;

/// Shares of weeks that alarm.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rates {
    /// Weeks judged.
    pub(crate) weeks: usize,
    /// Ordinary weeks, Farrington.
    pub(crate) farrington_false: f64,
    /// Threefold weeks, Farrington.
    pub(crate) farrington_power: f64,
    /// Ordinary weeks, Bayes.
    pub(crate) bayes_false: f64,
    /// Threefold weeks, Bayes.
    pub(crate) bayes_power: f64,
}

/// Draws by a table of the distribution function.
struct Draw(Vec<f64>);

impl Draw {
    fn new(mean: f64, phi: f64) -> Self {
        let law = CountLaw::with_dispersion(mean, phi);
        let end = law.quantile(1.0 - 1e-12).expect("a finite mean");
        Self((0..=end).map(|x| law.at_most(x)).collect())
    }

    fn next(&self, random: &mut SplitMix) -> u32 {
        let unit = random.unit();
        let count = self.0.partition_point(|&below| below <= unit);
        u32::try_from(count).expect("a count as small as the table")
    }
}

/// Judges at least `weeks` ordinary weeks; each with three times its events too, if `surge`.
pub(crate) fn rates(mean: f64, phi: f64, weeks: usize, surge: bool, seed: u64) -> Rates {
    let mut random = SplitMix::new(seed);
    let (usual, threefold) = (Draw::new(mean, phi), Draw::new(3.0 * mean, phi));
    let mut alarms = [0_u32; 4];
    let mut judged = 0;
    while judged < weeks {
        let length = HISTORY + APART * A_SERIES;
        let mut counts: Vec<u32> = (0..length).map(|_| usual.next(&mut random)).collect();
        for row in (HISTORY..length).step_by(APART) {
            let ordinary = counts[row];
            let found = alarm(&counts, row);
            let surged = if surge {
                counts[row] = threefold.next(&mut random);
                alarm(&counts, row)
            } else {
                (false, false)
            };
            counts[row] = ordinary;
            for (sum, alarm) in alarms.iter_mut().zip([found.0, surged.0, found.1, surged.1]) {
                *sum += u32::from(alarm);
            }
            judged += 1;
        }
    }
    let share = |index: usize| f64::from(alarms[index]) / judged as f64;
    Rates {
        weeks: judged,
        farrington_false: share(0),
        farrington_power: share(1),
        bayes_false: share(2),
        bayes_power: share(3),
    }
}

fn alarm(counts: &[u32], row: usize) -> (bool, bool) {
    let settings = FarringtonSettings::default();
    let by_years = farrington(counts, Calendar::Weeks52, row, &settings);
    let by_weeks = bayes(&counts[row - 8..=row], &BayesSettings::default());
    (by_years.is_some_and(|week| week.alarm), by_weeks.last().is_some_and(|week| week.alarm))
}
