//! The one surge: three weeks of thefts in the workshops of a single 园区村.
//!
//! It is there for the alerts to find. Invariant: it lies in fixed weeks, whatever today is.

use jiff::ToSpan as _;

use super::happening::{Happening, time};
use super::pattern::Pattern;
use super::place::Places;
use crate::clock::IsoWeek;
use crate::demo::random::Random;

/// 丰泉村, a 园区村 of the demo's choice.
pub(super) const VILLAGE: &str = "420882002215";
/// The workshops that it takes, of the village's six.
pub(super) const GRIDS: usize = 2;
/// Its ISO year and weeks, and how many each week.
pub(super) const YEAR: i16 = 2026;
pub(super) const WEEKS: [(i8, u32); 3] = [(41, 5), (42, 7), (43, 6)];
/// Its kind.
pub(super) const KIND: &str = "criminal";

/// What a week has of it; nothing for another pattern or in another week.
pub(super) fn happenings(
    pattern: &Pattern,
    week: IsoWeek,
    places: &Places,
    random: &mut Random,
) -> Vec<Happening> {
    let own = WEEKS.iter().find(|(number, _)| (week.year(), week.week()) == (YEAR, *number));
    let count = own.filter(|_| pattern.kind == KIND).map_or(0, |(_, count)| *count);
    let mut happened = Vec::new();
    for _ in 0..count {
        let day = week.first_day() + i64::from(random.below(7)).days();
        let at = time(pattern, day, random);
        happened.push(Happening { at, point: places.in_workshops(random) });
    }
    happened
}
