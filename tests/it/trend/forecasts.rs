//! One week ahead over the last year of the five real series.

use xunfang::trend::forecast::forecast;

use super::reference::Table;

const LAST_ROWS: usize = 52;

#[test]
fn beats_the_eight_week_mean_and_covers() {
    let Some(table) = Table::read("trends/series/philly_weekly.csv") else { return };
    let (mut ours, mut theirs) = (0.0, 0.0);
    for series in
        ["city_theft_vehicle", "d22_mvt", "d22psa1_burglary_res", "d22_homicide", "d22_all"]
    {
        let counts = table.counts(series);
        let (mut own, mut mean, mut covered, mut sum) = (0.0, 0.0, 0, 0);
        for row in counts.len() - LAST_ROWS..counts.len() {
            let observed = f64::from(counts[row]);
            let last: u32 = counts[row - 8..row].iter().sum();
            let week = forecast(&counts[..row], 1)[0];
            own += (week.expected - observed).abs();
            mean += (f64::from(last) / 8.0 - observed).abs();
            covered += usize::from((week.low..=week.high).contains(&u64::from(counts[row])));
            sum += counts[row];
        }
        let coverage = covered as f64 / LAST_ROWS as f64;
        println!("{series}: {:.3} of the 8-week mean's error, coverage {coverage:.3}", own / mean);
        if f64::from(sum) / LAST_ROWS as f64 >= 4.0 {
            assert!((0.75..=0.90).contains(&coverage), "{series} covers {coverage}");
        }
        ours += own;
        theirs += mean;
    }
    println!("together {:.4}", ours / theirs);
    assert!(ours <= 0.95 * theirs, "{} of the 8-week mean's error", ours / theirs);
}
