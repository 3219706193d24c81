//! Gi* (Getis and Ord, 1992; Ord and Getis, 1995) and local Moran (Anselin, 1995).
//!
//! It must not choose what is hot: the caller applies a level or a false-discovery rate.
//! Invariant: a statistic with a zero spread is NaN, never 0.

use super::Neighbours;
use crate::trend::number::{mean, normal_upper};

/// The local statistics of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalStatistic {
    /// Σ w y / Σ y, binary weights, itself included.
    pub g_star: f64,
    /// Standardised Gi*: above 0 hot, below 0 cold.
    pub z: f64,
    /// One-sided 1 − Φ(|z|).
    pub p: f64,
    /// Local Moran, row-standardised, itself excluded.
    pub moran: f64,
}

/// One result a cell, in order; `values` are as many as the cells.
pub fn local_statistics(values: &[f64], neighbours: &Neighbours) -> Vec<LocalStatistic> {
    let n = values.len() as f64;
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| value * value).sum();
    let spread = (squares / n - centre * centre).sqrt();
    let deviations: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    let total: f64 = values.iter().sum();
    let rows = values.iter().enumerate();
    rows.map(|(row, &own)| {
        let around = neighbours.of(row);
        let nearby: f64 = around.iter().map(|&other| values[other]).sum();
        // Weights are 0 or 1, so their sum and the sum of their squares are one number.
        let weight = around.len() as f64 + 1.0;
        let with_self = nearby + own;
        let error = spread * ((n * weight - weight * weight) / (n - 1.0)).sqrt();
        let z = (with_self - centre * weight) / error;
        let lag: f64 = around.iter().map(|&other| values[other] - centre).sum();
        let lag = if around.is_empty() { 0.0 } else { lag / around.len() as f64 };
        LocalStatistic {
            g_star: with_self / total,
            z,
            p: normal_upper(z.abs()),
            moran: (n - 1.0) * (own - centre) * lag / deviations,
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hot_corner_is_hot_and_the_far_one_cold() {
        let cells: Vec<(i64, i64)> = (0..6).flat_map(|y| (0..6).map(move |x| (x, y))).collect();
        let neighbours = Neighbours::queen(&cells).unwrap();
        let values: Vec<f64> =
            cells.iter().map(|&(x, y)| if x < 2 && y < 2 { 20.0 } else { 1.0 }).collect();
        let found = local_statistics(&values, &neighbours);
        assert!(found[0].z > 3.0 && found[0].p < 0.001 && found[0].moran > 1.0);
        assert!(found[35].z < 0.0);
    }

    #[test]
    fn equal_values_have_no_hot_spot() {
        let neighbours = Neighbours::queen(&[(0, 0), (1, 0), (2, 0)]).unwrap();
        let found = local_statistics(&[3.0; 3], &neighbours);
        assert!(found.iter().all(|cell| cell.z.is_nan() && cell.moran.is_nan()));
    }
}
