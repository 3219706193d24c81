//! Random numbers that stay the same for ever, so that the demo is the same on every machine.
//!
//! It must not be used for anything secret.

/// `SplitMix64`: a small generator whose sequence is fixed by its definition.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence of `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A sequence of its own for each list of parts.
    pub(super) fn of(seed: u64, parts: [u64; 2]) -> Self {
        parts.into_iter().fold(Self(seed), |mut random, part| Self(random.bits() ^ part))
    }

    /// A number from 0 up to, but without, 1.
    pub(super) fn unit(&mut self) -> f64 {
        let high = u32::try_from(self.bits() >> 32).expect("32 bits are left");
        f64::from(high) / 4_294_967_296.0
    }

    /// A number from `least` up to, but without, `most`.
    pub(super) fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.unit()
    }

    /// A whole number from 0 up to, but without, `end`.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let high = (self.bits() >> 32) * u64::from(end);
        u32::try_from(high >> 32).expect("32 bits are left")
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut random = Random::new(1_234_567);
        let bits: Vec<_> = (0..3).map(|_| random.bits()).collect();
        assert_eq!(
            bits,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn whole_numbers_fill_their_range_and_parts_have_sequences_of_their_own() {
        let mut random = Random::new(7);
        let mut met = [0_u32; 5];
        for _ in 0..5_000 {
            met[usize::try_from(random.below(5)).unwrap()] += 1;
        }
        assert!(met.iter().all(|count| (900..1_100).contains(count)), "{met:?}");
        let first = |parts| Random::of(7, parts).bits();
        assert_eq!(first([1, 2]), first([1, 2]));
        assert!(first([1, 2]) != first([2, 1]) && first([1, 2]) != first([1, 3]));
    }

    #[test]
    fn units_stay_in_their_range() {
        let mut random = Random::new(7);
        let units: Vec<_> = (0..1000).map(|_| random.between(2.0, 3.0)).collect();
        assert!(units.iter().all(|unit| (2.0..3.0).contains(unit)));
        let mean = units.iter().sum::<f64>() / 1000.0;
        assert!((mean - 2.5).abs() < 0.05, "{mean}");
    }
}
