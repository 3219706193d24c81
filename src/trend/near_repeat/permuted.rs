//! p-values by permuting the days over the places.
//!
//! It must not touch pairs that are far apart: their cells follow from the column totals, which no
//! permutation changes. Invariant: the seen order counts as one permutation, so p is never 0.

use super::{
    Happening, KnoxSettings,
    pairs::{Bins, Pair},
};
use crate::trend::number::SplitMix;

/// p of every cell; `None` when no permutation was asked for.
pub(super) fn p_values(
    events: &[Happening],
    pairs: &[Pair],
    observed: &[Vec<u64>],
    settings: &KnoxSettings,
) -> Option<Vec<Vec<f64>>> {
    if settings.permutations == 0 {
        return None;
    }
    let bins = Bins::new(settings);
    let far = bins.rows() - 1;
    let near: Vec<&Pair> = pairs.iter().filter(|pair| pair.row != far).collect();
    let totals: Vec<u64> =
        (0..bins.columns()).map(|column| observed.iter().map(|row| row[column]).sum()).collect();
    let mut days: Vec<i64> = events.iter().map(|event| event.day).collect();
    let mut random = SplitMix::new(settings.seed);
    let mut as_many = vec![vec![1_u32; bins.columns()]; bins.rows()];
    for _ in 0..settings.permutations {
        random.shuffle(&mut days);
        let mut counts = vec![vec![0_u64; bins.columns()]; bins.rows()];
        for pair in &near {
            let column = bins.column(days[pair.i as usize], days[pair.j as usize]);
            counts[pair.row][column] += 1;
        }
        for (column, total) in totals.iter().enumerate() {
            let nearby: u64 = counts[..far].iter().map(|row| row[column]).sum();
            counts[far][column] = total - nearby;
        }
        for (row, counts) in counts.iter().enumerate() {
            for (column, count) in counts.iter().enumerate() {
                as_many[row][column] += u32::from(*count >= observed[row][column]);
            }
        }
    }
    let runs = f64::from(settings.permutations) + 1.0;
    let share = |row: &Vec<u32>| row.iter().map(|&count| f64::from(count) / runs).collect();
    Some(as_many.iter().map(share).collect())
}
