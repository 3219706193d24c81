//! Who is planned when: the demo's duty on real days.
//!
//! It must not know the present: days are arguments. Invariant: a day's roster is the same
//! whichever day it is made on, ids and all, so that making it again changes nothing.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::duty::Duty;
use super::people::DemoPeople;
use crate::clock::{Zone, day_number};
use crate::domain::{RosterEntry, RosterId, Window};

/// Days that a start makes rosters for: yesterday, whose last shifts end in the small hours,
/// today, and two more.
const DAYS: std::ops::RangeInclusive<i64> = -1..=2;

/// The rosters around a moment, by day and template.
pub(super) fn rosters(
    duties: &[Duty],
    people: &DemoPeople,
    zone: &Zone,
    now_ms: i64,
) -> Vec<RosterEntry> {
    let today = zone.civil_date(now_ms);
    let days = DAYS.filter_map(|away| today.checked_add(Span::new().try_days(away).ok()?).ok());
    days.flat_map(|day| duties.iter().flat_map(move |duty| roster(duty, people, zone, day)))
        .collect()
}

/// One template's roster of one day.
fn roster(duty: &Duty, people: &DemoPeople, zone: &Zone, day: Date) -> Vec<RosterEntry> {
    let weekday = day.weekday().to_monday_one_offset().unsigned_abs();
    let template = &duty.template;
    if !template.weekdays.is_empty() && !template.weekdays.contains(&weekday) {
        return Vec::new();
    }
    let mut entries = Vec::new();
    for (window, crew) in template.windows.iter().zip(&duty.crews) {
        let (starts_ms, ends_ms) = span(zone, day, *window);
        let on_turn = crew.iter().flat_map(|turns| {
            let count = i64::try_from(turns.len()).unwrap_or(1);
            let turn = day_number(day).rem_euclid(count);
            &turns[usize::try_from(turn).unwrap_or(0)]
        });
        entries.extend(on_turn.map(|&index| {
            let member = &people.members[index].member;
            RosterEntry {
                id: RosterId::from(format!("{day}.{}.{}", template.id, member.id)),
                district: member.district.clone(),
                template: template.id.clone(),
                member: member.id.clone(),
                team: member.team.clone(),
                starts_ms,
                ends_ms,
            }
        }));
    }
    entries
}

/// A window's start and end on a day, Unix ms UTC.
fn span(zone: &Zone, day: Date, window: Window) -> (i64, i64) {
    let midnight = day.at(0, 0, 0, 0);
    let at_ms = |minutes: i64| zone.instant_ms(midnight.saturating_add(minutes.minutes()));
    (at_ms(window.start_min), at_ms(window.end_min))
}
