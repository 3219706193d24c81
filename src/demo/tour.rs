//! The order in which a round visits its places: short, and the same at every call.
//!
//! It must not know ways: it measures straight lines.

use super::voronoi::{Place, distance_m};

/// The stops in an order that makes a short round, the first one first: always the nearest next,
/// then uncrossed (2-opt) until nothing is gained.
pub(super) fn tour(stops: &[usize], place: impl Fn(usize) -> Place) -> Vec<usize> {
    let between_m = |a: usize, b: usize| distance_m(place(a), place(b));
    let mut left = stops.to_vec();
    let mut round = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let from = round.last().copied().unwrap_or(left[0]);
        let nearest = (0..left.len())
            .min_by(|&a, &b| between_m(from, left[a]).total_cmp(&between_m(from, left[b])));
        round.push(left.remove(nearest.unwrap_or(0)));
    }
    while uncross(&mut round, between_m) {}
    round
}

/// Turns one stretch round, if that makes the closed round shorter by a metre or more.
fn uncross(round: &mut [usize], between_m: impl Fn(usize, usize) -> f64) -> bool {
    let count = round.len();
    for start in 1..count {
        for end in start + 1..count {
            let [before, first] = [round[start - 1], round[start]];
            let [last, after] = [round[end], round[(end + 1) % count]];
            let now_m = between_m(before, first) + between_m(last, after);
            let then_m = between_m(before, last) + between_m(first, after);
            if then_m + 1.0 < now_m {
                round[start..=end].reverse();
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_doesnt_cross_itself() {
        let corners = [[0.0, 0.0], [100.0, 100.0], [100.0, 0.0], [0.0, 100.0], [50.0, 0.0]];
        let round = tour(&[0, 1, 2, 3, 4], |at| corners[at]);
        assert_eq!(round, [0, 4, 2, 1, 3]);
        assert_eq!(tour(&[3], |at| corners[at]), [3]);
        assert_eq!(tour(&[], |at| corners[at]), [0_usize; 0]);
    }
}
