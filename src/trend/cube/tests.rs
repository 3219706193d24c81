//! Tests of the cube.

use proptest::prelude::*;

use super::*;

const DAY: i64 = 24 * 60;

fn row(seq: u64, day: i64, kind: u16, grid: Option<u32>, n: i32) -> CountRow {
    CountRow {
        seq,
        occurred_minute: day * DAY + 600,
        reported_minute: (day + 1) * DAY,
        kind: KindIndex(kind),
        grid: grid.map(GridIndex),
        grid_version: 1,
        n,
    }
}

fn count(cube: &Cube, days: (i32, i32), selection: &Selection, as_of: Option<u64>) -> i64 {
    cube.count(&CubeQuery { days: Day(days.0)..=Day(days.1), selection, as_of })
}

#[test]
fn a_correction_moves_a_count_and_the_past_stays_readable() {
    let rows = [
        row(1, 20_000, 0, Some(4), 1),
        // The final kind differs from the first: out of 0, into 1.
        row(2, 20_000, 0, Some(4), -1),
        row(3, 20_000, 1, Some(4), 1),
    ];
    let cube = Cube::build(CountCalendar::default(), &rows);
    let kind = |kind| Selection { grids: None, kinds: Some(vec![KindIndex(kind)]) };
    let days = (20_000, 20_000);
    assert_eq!(count(&cube, days, &kind(0), None), 0);
    assert_eq!(count(&cube, days, &kind(1), None), 1);
    assert_eq!(count(&cube, days, &kind(0), Some(1)), 1);
    assert_eq!(count(&cube, days, &kind(1), Some(1)), 0);
    assert_eq!(count(&cube, days, &Selection::default(), Some(2)), 0);
}

#[test]
fn reported_counts_on_the_day_of_the_report() {
    let calendar = CountCalendar { counted_by: CountedBy::Reported, ..CountCalendar::default() };
    let cube = Cube::build(calendar, &[row(1, 100, 0, None, 1)]);
    assert_eq!(count(&cube, (100, 100), &Selection::default(), None), 0);
    assert_eq!(count(&cube, (101, 101), &Selection::default(), None), 1);
}

#[test]
fn axes_add_up_and_no_grid_has_its_own_place() {
    let rows = [row(1, 9, 0, Some(1), 1), row(2, 10, 1, None, 1), row(3, 17, 1, Some(0), 1)];
    let cube = Cube::build(CountCalendar::default(), &rows);
    let everything = Selection::default();
    let query = CubeQuery { days: Day(4)..=Day(17), selection: &everything, as_of: None };
    assert_eq!(cube.along(Axis::Grid { grids: 2 }, &query), [1, 1, 1]);
    assert_eq!(cube.along(Axis::Kind { kinds: 2 }, &query), [1, 2]);
    assert_eq!(cube.along(Axis::Bin, &query)[5], 3);
    assert_eq!(cube.weekly(&query), [2, 1]);
    assert_eq!(cube.daily(&query).iter().sum::<i64>(), 3);
    assert_eq!(cube.grid_versions(&query), [1]);
    assert_eq!(cube.span(), Some(Day(9)..=Day(17)));
    assert_eq!(Cube::new(CountCalendar::default()).span(), None);
}

proptest! {
    #[test]
    fn any_order_of_rows_gives_the_same_counts(
        rows in proptest::collection::vec((0_i64..40, 0_u16..3, 0_u32..4, -1_i32..2), 1..60),
        from in 0_i32..40, length in 0_i32..20, kind in 0_u16..3, as_of in 0_u64..60,
    ) {
        let numbered = rows.iter().zip(0_u64..);
        let rows: Vec<CountRow> =
            numbered.map(|(r, seq)| row(seq, r.0, r.1, Some(r.2), r.3)).collect();
        let built = Cube::build(CountCalendar::default(), &rows);
        let mut pushed = Cube::new(CountCalendar::default());
        rows.iter().rev().for_each(|row| pushed.push(row));
        let selection = Selection { grids: None, kinds: Some(vec![KindIndex(kind)]) };
        let days = (from, from + length);
        let wanted: i64 = rows
            .iter()
            .filter(|row| row.seq <= as_of && row.kind.0 == kind)
            .filter(|row| (i64::from(days.0)..=i64::from(days.1)).contains(&(row.occurred_minute / DAY)))
            .map(|row| i64::from(row.n))
            .sum();
        prop_assert_eq!(count(&built, days, &selection, Some(as_of)), wanted);
        prop_assert_eq!(count(&pushed, days, &selection, Some(as_of)), wanted);
    }
}
