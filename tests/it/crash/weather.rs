//! The network between the people and the server: cut, slow, silent, healed, at random.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::record::Record;
use crate::support::Proxy;

/// Something happens to somebody's line after so many answers at most, or after so long: with
/// every line silent no answer comes.
const ANSWERS: usize = 12;
const AT_MOST: Duration = Duration::from_millis(300);
/// The slowest line, each way.
const SLOWEST_MS: u64 = 40;

/// Makes weather until there are this many answers, or too long has passed without.
pub(crate) async fn until(
    (record, answers): (&Record, usize),
    lines: &[&Proxy],
    random: &mut StdRng,
    patience: Duration,
) -> bool {
    let storm = async {
        while record.answers() < answers {
            let next = record.answers() + random.random_range(1..=ANSWERS);
            record.reaches(next.min(answers), AT_MOST).await;
            gust(lines, random);
        }
    };
    tokio::time::timeout(patience, storm).await.is_ok()
}

fn gust(lines: &[&Proxy], random: &mut StdRng) {
    let Some(line) = lines.choose(random) else { return };
    match random.random_range(0..10) {
        0..=2 => line.cut(),
        3 => line.silence(),
        4..=5 => line.delay(Duration::from_millis(random.random_range(0..SLOWEST_MS))),
        // A line that is silent stays so for those on it: its end is a cut.
        _ => {
            line.cut();
            line.heal();
        }
    }
    // Most of the others work most of the time.
    for other in lines.iter().filter(|_| random.random_bool(0.3)) {
        other.heal();
    }
}

/// Every line works again, and those that hung are cut.
pub(crate) fn clear(lines: &[&Proxy]) {
    for line in lines {
        line.cut();
        line.heal();
    }
}
