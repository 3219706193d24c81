//! Chance: counts that swing around a mean.

use crate::demo::random::Random;

/// A count of mean `mean`, Poisson (Knuth's product; means here are a few a day).
pub(super) fn poisson(mean: f64, random: &mut Random) -> u32 {
    let limit = (-mean).exp();
    let mut product = random.unit();
    let mut count = 0;
    while product > limit {
        product *= random.unit();
        count += 1;
    }
    count
}

/// A factor of mean 1 and variance 1/`shape` (Erlang): with it, a Poisson count is negative
/// binomial.
pub(super) fn gamma(shape: u32, random: &mut Random) -> f64 {
    let sum: f64 = (0..shape).map(|_| -(1.0 - random.unit()).ln()).sum();
    sum / f64::from(shape)
}

/// The place of a weight that is drawn with its share of the sum.
pub(super) fn weighted(weights: &[f64], random: &mut Random) -> usize {
    let mut left = random.unit() * weights.iter().sum::<f64>();
    let drawn = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    // Rounding can leave a trace of the sum: then the last one that has a weight.
    drawn.or_else(|| weights.iter().rposition(|weight| *weight > 0.0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_their_mean_and_variance() {
        let mut random = Random::new(3);
        for (mean, shape) in [(0.3, 20), (4.0, 20), (20.0, 80)] {
            let counts: Vec<f64> = (0..20_000)
                .map(|_| f64::from(poisson(mean * gamma(shape, &mut random), &mut random)))
                .collect();
            let found = counts.iter().sum::<f64>() / 20_000.0;
            let variance = counts.iter().map(|c| (c - found).powi(2)).sum::<f64>() / 20_000.0;
            let wanted = mean * (1.0 + mean / f64::from(shape));
            assert!((found / mean - 1.0).abs() < 0.03, "{mean}: {found}");
            assert!((variance / wanted - 1.0).abs() < 0.06, "{mean}: {variance} for {wanted}");
        }
        assert_eq!(poisson(0.0, &mut random), 0);
    }

    #[test]
    fn weights_are_drawn_by_their_share() {
        let mut random = Random::new(5);
        let mut met = [0_u32; 4];
        for _ in 0..10_000 {
            met[weighted(&[1.0, 0.0, 3.0, 0.0], &mut random)] += 1;
        }
        assert_eq!((met[1], met[3]), (0, 0));
        assert!((2_300..2_700).contains(&met[0]), "{met:?}");
    }
}
