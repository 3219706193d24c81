//! Counts of incidents over civil days, from the ledger.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::days;
use super::district::{InDistrict, map};
use super::error::Answer;
use super::extract::{Named, Params, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::clock::{Date, Period, Time, civil_day, civil_minutes};
use crate::domain::DistrictId;
use crate::export::{By, Cell, Count, by};
use crate::protocol::Refusal;
use crate::store::ledger::{DAY_MIN, DayCount};

/// Days of one answer at most, twenty years: some tens of thousands of rows by day and kind.
const MOST_DAYS: i64 = 20 * 366;

/// What counts are folded by.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(super) enum CountBy {
    /// Civil day and kind.
    #[serde(rename = "day,kind")]
    DayKind,
    /// ISO week and kind.
    #[serde(rename = "week,kind")]
    WeekKind,
    /// ISO week and micro-grid.
    #[serde(rename = "week,grid")]
    WeekGrid,
    /// Calendar year and kind.
    #[serde(rename = "year,kind")]
    YearKind,
    /// Calendar year and micro-grid.
    #[serde(rename = "year,grid")]
    YearGrid,
}

/// Which counts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The first civil day or ISO week; the current week when it isn't said.
    #[param(example = "2026-W48")]
    from: Option<String>,
    /// The last civil day or ISO week; the current week when it isn't said.
    #[param(example = "2026-W48")]
    to: Option<String>,
    /// What to fold by; `week,kind` when it isn't said.
    #[param(inline)]
    by: Option<CountBy>,
}

/// Counts.
#[derive(Serialize, ToSchema)]
pub(super) struct Counts {
    /// By period and key; none of them zero.
    rows: Vec<CountRow>,
}

/// One count.
#[derive(Serialize, ToSchema)]
struct CountRow {
    /// The day, ISO week or year.
    #[schema(example = "2026-W48")]
    period: String,
    /// The kind's or the micro-grid's code; empty for no grid.
    key: String,
    /// How many.
    n: i64,
}

/// Counts of incidents by the time when they happened.
#[utoipa::path(
    get, path = "/api/districts/{district}/counts", tag = "figures", params(InDistrict, Asked),
    responses((status = 200, description = "By period and key.", body = Counts), DistrictRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Counts>> {
    me.allow_in(Action::SeeCounts, &district)?;
    let zone = map(&app, &district).await?.zone.clone();
    let today = zone.civil_date(app.clock.now_ms());
    let period = days::period(asked.from.as_deref(), asked.to.as_deref(), today)?;
    if day_number(period.last()) - day_number(period.first()) >= MOST_DAYS {
        return Err(Refusal::invalid("from", "at most 20 years at a time").into());
    }
    let counts = read(&app, &district, period).await?;
    let table = by(&counts, asked.by.unwrap_or(CountBy::WeekKind).into());
    Ok(Json(Counts { rows: table.rows.into_iter().filter_map(row).collect() }))
}

/// The counts of a period, by civil day, kind and micro-grid.
pub(super) async fn read(app: &App, district: &DistrictId, period: Period) -> Answer<Vec<Count>> {
    let (first, last) = (day_number(period.first()), day_number(period.last()));
    let counts = app.store.day_counts(district, first, last).await?;
    let count = |c: DayCount| Count { day: civil_day(c.day), kind: c.kind, grid: c.grid, n: c.n };
    Ok(counts.into_iter().map(count).collect())
}

/// Days since 1970-01-01.
fn day_number(day: Date) -> i64 {
    civil_minutes(day.to_datetime(Time::midnight())).div_euclid(DAY_MIN)
}

/// A row of a table of three columns.
fn row(cells: Vec<Cell>) -> Option<CountRow> {
    match <[Cell; 3]>::try_from(cells).ok()? {
        [Cell::Text(period), Cell::Text(key), Cell::Number(n)] => Some(CountRow { period, key, n }),
        _ => None,
    }
}

impl From<CountBy> for By {
    fn from(asked: CountBy) -> Self {
        match asked {
            CountBy::DayKind => Self::DayKind,
            CountBy::WeekKind => Self::WeekKind,
            CountBy::WeekGrid => Self::WeekGrid,
            CountBy::YearKind => Self::YearKind,
            CountBy::YearGrid => Self::YearGrid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fold_of_the_export_can_be_asked_for() {
        for fold in By::ALL {
            let asked = serde_json::from_value::<CountBy>(fold.as_str().into()).unwrap();
            assert_eq!(By::from(asked), fold);
        }
    }

    #[test]
    fn every_table_becomes_rows() {
        let day: Date = "2026-11-24".parse().unwrap();
        let count = Count { day, kind: "hazard".to_owned(), grid: String::new(), n: 2 };
        for (which, period, key) in [
            (By::DayKind, "2026-11-24", "hazard"),
            (By::WeekGrid, "2026-W48", ""),
            (By::YearKind, "2026", "hazard"),
        ] {
            let table = by(std::slice::from_ref(&count), which);
            let rows: Vec<CountRow> = table.rows.into_iter().filter_map(row).collect();
            assert_eq!(
                (rows[0].period.as_str(), rows[0].key.as_str(), rows[0].n),
                (period, key, 2)
            );
        }
    }

    #[test]
    fn days_are_numbered_from_1970() {
        for (day, number) in [("1970-01-01", 0), ("1969-12-31", -1), ("2026-11-24", 20_781)] {
            assert_eq!(day_number(day.parse().unwrap()), number, "{day}");
        }
    }
}
