//! When a simulated phone has no signal: behind a hill, in a basement, in a lift.
//!
//! Plain: the same seed, member and second always answer alike.

/// A phone's life is cut into spans of this length, in seconds; each may hold one gap.
const SPAN_S: u64 = 600;
/// The share of spans that hold a gap.
const GAPS: f64 = 0.4;
/// A gap lasts between these, in seconds.
const SHORTEST_S: f64 = 20.0;
const LONGEST_S: f64 = 150.0;

/// Whether this member's phone has signal at this second of Unix time.
pub(super) fn has_signal(seed: u64, member: u64, at_s: u64) -> bool {
    let span = at_s / SPAN_S;
    let draw = |salt: u64| unit(seed ^ member.rotate_left(17) ^ span ^ salt << 56);
    if draw(1) >= GAPS {
        return true;
    }
    let length_s = SHORTEST_S + (LONGEST_S - SHORTEST_S) * draw(2);
    #[expect(clippy::cast_precision_loss, reason = "600 seconds")]
    let (span_s, into_s) = (SPAN_S as f64, (at_s % SPAN_S) as f64);
    let start_s = (span_s - length_s) * draw(3);
    into_s < start_s || into_s >= start_s + length_s
}

/// A number from 0 up to, but without, 1, that depends on every bit of the seed.
pub(super) fn unit(seed: u64) -> f64 {
    // The finalizer of SplitMix64.
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let high = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(u32::MAX);
    f64::from(high) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_the_time_there_is_signal_and_gaps_are_as_long_as_said() {
        let (mut without, mut gaps, mut longest, mut length) = (0, 0, 0, 0);
        for member in 0..50 {
            for at_s in 0..20_000 {
                if has_signal(7, member, at_s) {
                    longest = longest.max(length);
                    length = 0;
                } else {
                    without += 1;
                    gaps += i32::from(length == 0);
                    length += 1;
                }
            }
        }
        assert!((30_000..90_000).contains(&without), "{without} of 1,000,000 seconds");
        assert!(gaps > 300 && longest <= 150, "{gaps} gaps, {longest} s the longest");
    }

    #[test]
    fn a_seed_decides() {
        let lost = |seed| (0..5_000).filter(|at_s| !has_signal(seed, 3, *at_s)).count();
        assert_eq!(lost(1), lost(1));
        assert_ne!(
            (0..5_000).map(|at_s| has_signal(1, 3, at_s)).collect::<Vec<_>>(),
            (0..5_000).map(|at_s| has_signal(2, 3, at_s)).collect::<Vec<_>>()
        );
    }
}
