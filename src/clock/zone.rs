//! A district's time zone: instants to civil time and back.
//!
//! It must not know the machine's own zone or its zone files: the rules are compiled in, so two
//! nodes of one build never disagree on the day an incident belongs to.
//! Invariant: every `i64` of milliseconds has a civil time (years −9999 to 9999 saturate).

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::IsoWeek;

static RULES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// An IANA time zone such as `Asia/Shanghai`; in JSON, its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

/// A name that the IANA database doesn't hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone {0:?}: use an IANA name such as Asia/Shanghai")]
pub struct ZoneError(String);

impl Zone {
    /// The zone's IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().expect("a Zone is only made from a name of the database")
    }

    /// The civil date and time at `ms`, to the millisecond.
    #[must_use]
    pub fn civil(&self, ms: i64) -> DateTime {
        self.0.to_datetime(timestamp(ms))
    }

    /// The civil minutes since 1970-01-01 00:00 at `ms`.
    #[must_use]
    pub fn civil_minutes(&self, ms: i64) -> i64 {
        civil_minutes(self.civil(ms))
    }

    /// The civil date at `ms`.
    #[must_use]
    pub fn civil_date(&self, ms: i64) -> Date {
        self.civil(ms).date()
    }

    /// The ISO week at `ms`.
    #[must_use]
    pub fn iso_week(&self, ms: i64) -> IsoWeek {
        IsoWeek::of(self.civil_date(ms))
    }

    /// The weekday at `ms`.
    #[must_use]
    pub fn weekday(&self, ms: i64) -> Weekday {
        self.civil_date(ms).weekday()
    }

    /// The two-hour bin of the day at `ms`, 0 to 11.
    #[must_use]
    pub fn bin_2h(&self, ms: i64) -> u8 {
        bin_2h(self.civil(ms))
    }

    /// The instant of a civil time: the earlier one of an hour that repeats, and moved forward by
    /// the gap where the hour is skipped.
    #[must_use]
    pub fn instant_ms(&self, civil: DateTime) -> i64 {
        let found = self.0.to_ambiguous_timestamp(civil).compatible();
        let edge = if civil.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
        found.unwrap_or(edge).as_millisecond()
    }

    /// `2026-11-24 20:05`, as screens and exports show it.
    #[must_use]
    pub fn minute_text(&self, ms: i64) -> String {
        self.civil(ms).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// The civil minutes since 1970-01-01 00:00; a civil day is 1,440 of them, whatever the zone.
#[must_use]
pub fn civil_minutes(civil: DateTime) -> i64 {
    let days = i64::from((civil.date() - EPOCH).get_days());
    days * 1_440 + i64::from(civil.hour()) * 60 + i64::from(civil.minute())
}

/// The civil date that is this many days after 1970-01-01; out of range, the nearest date.
#[must_use]
pub fn civil_day(days: i64) -> Date {
    let edge = if days > 0 { Date::MAX } else { Date::MIN };
    i32::try_from(days)
        .ok()
        .and_then(|days| EPOCH.checked_add(Span::new().try_days(days).ok()?).ok())
        .unwrap_or(edge)
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The two-hour bin of a civil time, 0 to 11.
#[must_use]
pub fn bin_2h(civil: DateTime) -> u8 {
    civil.hour().unsigned_abs() / 2
}

fn timestamp(ms: i64) -> Timestamp {
    let edge = if ms > 0 { Timestamp::MAX } else { Timestamp::MIN };
    Timestamp::from_millisecond(ms).unwrap_or(edge)
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(name: &str) -> Result<Self, ZoneError> {
        let zone = RULES.get(name).map_err(|_| ZoneError(name.to_owned()))?;
        match zone.iana_name() {
            Some(_) => Ok(Self(zone)),
            None => Err(ZoneError(name.to_owned())),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(name: String) -> Result<Self, ZoneError> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    #[test]
    fn names_round_trip_as_text_and_json() {
        for name in ["Asia/Shanghai", "America/New_York", "UTC"] {
            let zone = zone(name);
            assert_eq!(zone.to_string(), name);
            let json = serde_json::to_string(&zone).unwrap();
            assert_eq!(json, format!("{name:?}"));
            assert_eq!(serde_json::from_str::<Zone>(&json).unwrap(), zone);
        }
    }

    #[test]
    fn unknown_names_are_refused_by_name() {
        for name in ["", "Beijing", "Asia/Shangai", "+08:00", "Asia/Shanghai ", "Etc/Unknown"] {
            let error = name.parse::<Zone>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("unknown time zone {name:?}")), "{error}");
            assert!(serde_json::from_str::<Zone>(&format!("{name:?}")).is_err());
        }
    }

    #[test]
    fn instants_become_civil_time_in_the_zone() {
        let cases = [
            ("Asia/Shanghai", 1_795_521_900_000, "2026-11-24 20:05", "2026-W48", 10),
            ("Asia/Shanghai", 1_795_449_599_999, "2026-11-23 23:59", "2026-W48", 11),
            ("Asia/Shanghai", 1_795_449_600_000, "2026-11-24 00:00", "2026-W48", 0),
            ("America/New_York", 1_451_632_140_000, "2016-01-01 02:09", "2015-W53", 1),
            ("America/New_York", 1_451_624_399_000, "2015-12-31 23:59", "2015-W53", 11),
            // The hour that repeats on 2016-11-06 has one civil reading twice.
            ("America/New_York", 1_478_410_200_000, "2016-11-06 01:30", "2016-W44", 0),
            ("America/New_York", 1_478_413_800_000, "2016-11-06 01:30", "2016-W44", 0),
        ];
        for (name, ms, text, week, bin) in cases {
            let zone = zone(name);
            assert_eq!(zone.minute_text(ms), text, "{name} {ms}");
            assert_eq!(zone.iso_week(ms).to_string(), week, "{name} {ms}");
            assert_eq!(zone.bin_2h(ms), bin, "{name} {ms}");
        }
        assert_eq!(zone("Asia/Shanghai").weekday(1_795_521_900_000), Weekday::Tuesday);
    }

    #[test]
    fn an_hour_that_repeats_is_the_earlier_one_and_a_gap_moves_forward() {
        let new_york = zone("America/New_York");
        let cases = [
            (date(2016, 11, 6).at(1, 30, 0, 0), 1_478_410_200_000, "2016-11-06 01:30"),
            (date(2016, 3, 13).at(2, 30, 0, 0), 1_457_854_200_000, "2016-03-13 03:30"),
            (date(2016, 3, 13).at(3, 30, 0, 0), 1_457_854_200_000, "2016-03-13 03:30"),
            (date(2016, 1, 1).at(2, 9, 0, 0), 1_451_632_140_000, "2016-01-01 02:09"),
        ];
        for (civil, ms, text) in cases {
            assert_eq!(new_york.instant_ms(civil), ms, "{civil}");
            assert_eq!(new_york.minute_text(ms), text, "{civil}");
        }
        // Shanghai turned its clocks until 1991: 1990-09-16 01:30 happened twice.
        let shanghai = zone("Asia/Shanghai");
        assert_eq!(shanghai.instant_ms(date(1990, 9, 16).at(1, 30, 0, 0)), 653_416_200_000);
        assert_eq!(shanghai.instant_ms(date(2026, 11, 24).at(20, 5, 0, 0)), 1_795_521_900_000);
    }

    #[test]
    fn times_beyond_the_calendar_saturate() {
        let shanghai = zone("Asia/Shanghai");
        assert_eq!(shanghai.civil(i64::MAX).year(), 9999);
        assert_eq!(shanghai.civil(i64::MIN).year(), -9999);
        assert!(shanghai.instant_ms(DateTime::MAX) > 0);
        assert!(shanghai.instant_ms(DateTime::MIN) < 0);
    }

    proptest! {
        #[test]
        fn an_instant_comes_back_unless_its_hour_repeats(ms in 0_i64..4_102_444_800_000) {
            let zone = zone("America/New_York");
            let lost_ms = ms - zone.instant_ms(zone.civil(ms));
            prop_assert!(lost_ms == 0 || lost_ms == 3_600_000, "{lost_ms}");
        }
    }
}
