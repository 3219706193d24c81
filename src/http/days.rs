//! Spans of civil days in a query: `from` and `to`, each a week or a date, both inclusive.

use super::error::Answer;
use crate::clock::{Date, IsoWeek, Period, Time, Zone};
use crate::protocol::Refusal;

/// The first and the last day that were asked for, where they were.
pub(super) fn span(from: Option<&str>, to: Option<&str>) -> Answer<(Option<Date>, Option<Date>)> {
    let first = from.map(|text| days("from", text)).transpose()?.map(Period::first);
    let last = to.map(|text| days("to", text)).transpose()?.map(Period::last);
    if let (Some(first), Some(last)) = (first, last) {
        Period::new(first, last).map_err(|error| Refusal::invalid("to", error.to_string()))?;
    }
    Ok((first, last))
}

/// The period that was asked for; a missing end is that of the week of `today`.
pub(super) fn period(from: Option<&str>, to: Option<&str>, today: Date) -> Answer<Period> {
    let (first, last) = span(from, to)?;
    let week = IsoWeek::of(today);
    let (first, last) =
        (first.unwrap_or_else(|| week.first_day()), last.unwrap_or_else(|| week.last_day()));
    let field = if from.is_some() { "from" } else { "to" };
    Ok(Period::new(first, last).map_err(|error| Refusal::invalid(field, error.to_string()))?)
}

/// The instant at which a day begins, Unix ms UTC.
pub(super) fn begins_ms(zone: &Zone, day: Date) -> i64 {
    zone.instant_ms(day.to_datetime(Time::midnight()))
}

/// The instant at which a day is over, Unix ms UTC.
pub(super) fn ends_ms(zone: &Zone, day: Date) -> i64 {
    day.tomorrow().map_or(i64::MAX, |next| begins_ms(zone, next))
}

fn days(field: &str, text: &str) -> Answer<Period> {
    Ok(Period::parse(text, text).map_err(|error| Refusal::invalid(field, error.to_string()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_missing_end_is_that_of_the_current_week() {
        let today = date("2026-11-24");
        for (from, to, first, last) in [
            (None, None, "2026-11-23", "2026-11-29"),
            (Some("2026-W47"), None, "2026-11-16", "2026-11-29"),
            (Some("2026-11-20"), Some("2026-11-20"), "2026-11-20", "2026-11-20"),
        ] {
            let period = period(from, to, today).unwrap();
            assert_eq!((period.first(), period.last()), (date(first), date(last)));
        }
    }

    #[test]
    fn a_wrong_end_is_named() {
        for (from, to, field) in [
            (Some("x"), None, "from"),
            (None, Some("2026-W60"), "to"),
            (Some("2026-W48"), Some("2026-W47"), "to"),
            (Some("2027-W01"), None, "from"),
        ] {
            let refused = period(from, to, date("2026-11-24")).unwrap_err();
            assert_eq!(refused.0.field.as_deref(), Some(field), "{from:?} {to:?}");
        }
    }

    #[test]
    fn days_begin_by_the_districts_clock() {
        let zone: Zone = "Asia/Shanghai".parse().unwrap();
        let begin = begins_ms(&zone, date("2026-11-24"));
        assert_eq!(begin, 1_795_449_600_000);
        assert_eq!(ends_ms(&zone, date("2026-11-24")) - begin, 24 * 60 * 60 * 1_000);
    }
}
