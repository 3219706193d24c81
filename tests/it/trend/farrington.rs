//! Farrington flexible against R surveillance, four settings on six series.

use jiff::civil::Date;
use xunfang::trend::detect::{Calendar, FarringtonSettings, Threshold, farrington};

use super::reference::{SERIES, Table, same};

fn settings(name: &str) -> FarringtonSettings {
    let noufaily = FarringtonSettings::default();
    match name {
        "default" => FarringtonSettings {
            periods: 1,
            past: 3,
            alpha: 0.05,
            threshold: Threshold::Delta,
            trend_p: 0.05,
            ..noufaily
        },
        "noufaily" => noufaily,
        "muan" => FarringtonSettings { threshold: Threshold::Muan, ..noufaily },
        "short3" => FarringtonSettings { years: 3, periods: 5, past: 4, trend_p: 0.05, ..noufaily },
        other => panic!("no settings named {other}"),
    }
}

fn compare(series: &str, name: &str) -> Option<()> {
    let table = Table::read(&format!("trends/farrington/{series}__{name}.csv"))?;
    let (counts, dates): (Vec<u32>, Vec<Date>) = if series == "agona" {
        (Table::read("trends/series/salmonella_agona.csv")?.counts("observed"), Vec::new())
    } else {
        let weekly = Table::read("trends/series/philly_weekly.csv")?;
        (weekly.counts(series), weekly.dates("week_monday"))
    };
    let calendar = if dates.is_empty() { Calendar::Weeks52 } else { Calendar::Dates(&dates) };
    let columns = ["expected", "upperbound", "phi", "pvalue", "score"].map(|c| table.numbers(c));
    let alarms = table.numbers("alarm");
    let trends = table.numbers("trend");
    for (line, week) in table.counts("t").into_iter().enumerate() {
        let judged = farrington(&counts, calendar, week as usize - 1, &settings(name))
            .unwrap_or_else(|| panic!("{series} {name} week {week} was not judged"));
        let found = [
            judged.bound.map(|_| judged.expected),
            judged.bound,
            Some(judged.phi),
            Some(judged.p_value),
            Some(judged.score),
        ];
        for (column, found) in columns.iter().zip(found) {
            assert!(
                same(found, column[line], 1e-9),
                "{series} {name} {week}: {judged:?}, {found:?} not {:?}",
                column[line]
            );
        }
        assert_eq!(judged.alarm, alarms[line] == Some(1.0), "{series} {name} {week}");
        assert_eq!(judged.trend, trends[line] == Some(1.0), "{series} {name} {week}");
    }
    Some(())
}

#[test]
fn default_settings_of_the_reference() {
    for series in SERIES {
        compare(series, "default");
    }
}

#[test]
fn noufaily_is_the_product_default() {
    for series in SERIES {
        compare(series, "noufaily");
    }
}

#[test]
fn muan() {
    for series in SERIES {
        compare(series, "muan");
    }
}

#[test]
fn three_years() {
    for series in SERIES {
        compare(series, "short3");
    }
}
