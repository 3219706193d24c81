//! Where to patrol in the next days, once near-repeats are proven.
//!
//! It must not draw on a cell that may not be shown. Invariant: no shown cell, no zone.

use super::{Happening, KnoxSettings, KnoxTable};

/// A circle around an earlier event and the days on which it is at risk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zone {
    /// East of the centre, metres.
    pub x_m: f64,
    /// North of the centre, metres.
    pub y_m: f64,
    /// Radius, metres: the far edge of the widest bin that holds.
    pub radius_m: f64,
    /// First day at risk.
    pub first_day: i64,
    /// Last day at risk.
    pub last_day: i64,
}

/// Zones for `today + 1 ..= today + horizon_days` (7 or 14), from events up to today.
pub fn zones(
    events: &[Happening],
    table: &KnoxTable,
    settings: &KnoxSettings,
    today: i64,
    horizon_days: i64,
) -> Vec<Zone> {
    let past = events.iter().filter(|event| event.day <= today);
    past.filter_map(|event| around(event, table, settings, (today + 1, today + horizon_days)))
        .collect()
}

fn around(
    event: &Happening,
    table: &KnoxTable,
    settings: &KnoxSettings,
    (from, to): (i64, i64),
) -> Option<Zone> {
    let mut found: Option<Zone> = None;
    for (&radius_m, cells) in settings.metres.iter().zip(&table.cells) {
        let mut opens = 0;
        for (&closes, cell) in settings.days.iter().zip(cells) {
            let first_day = from.max(event.day + opens);
            let last_day = to.min(event.day + closes - 1);
            opens = closes;
            if !cell.is_shown() || first_day > last_day {
                continue;
            }
            let zone = found.get_or_insert(Zone {
                x_m: event.x_m,
                y_m: event.y_m,
                radius_m,
                first_day,
                last_day,
            });
            zone.radius_m = zone.radius_m.max(radius_m);
            zone.first_day = zone.first_day.min(first_day);
            zone.last_day = zone.last_day.max(last_day);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Distance, KnoxCell};
    use super::*;

    #[test]
    fn only_proven_cells_make_zones() {
        let settings = KnoxSettings {
            metres: vec![200.0, 400.0],
            days: vec![7, 14],
            distance: Distance::Manhattan,
            permutations: 0,
            seed: 0,
        };
        let silent = KnoxCell { observed: 1, expected: 1.0, deviation: 1.0, p: Some(0.5) };
        let proven = KnoxCell { observed: 9, p: Some(0.01), ..silent };
        let mut table = KnoxTable { events: 2, pairs: 1, cells: vec![vec![silent; 3]; 3] };
        let events = [Happening { x_m: 5.0, y_m: 6.0, day: 10 }];
        assert_eq!(zones(&events, &table, &settings, 12, 7), []);
        table.cells[1][0] = proven;
        let zone = zones(&events, &table, &settings, 12, 7)[0];
        assert_eq!((zone.radius_m, zone.first_day, zone.last_day), (400.0, 13, 16));
        assert_eq!(zones(&events, &table, &settings, 17, 7), []);
    }
}
