//! A hold (保全): tracks that the purge must leave, for a reason, until it is released.

use serde::{Deserialize, Serialize};

use super::id::{DistrictId, MemberId, TrackHoldId};
use super::text::Text;

/// A hold reaches over this long at the most, in ms: 31 days.
pub const LONGEST_MS: i64 = 31 * 24 * 60 * 60 * 1_000;
/// People in one hold at the most.
pub const MOST_MEMBERS: usize = 50;

/// A hold on tracks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TrackHold {
    /// Its id, made by the client.
    pub id: TrackHoldId,
    /// The district.
    pub district: DistrictId,
    /// Whose tracks.
    pub members: Vec<MemberId>,
    /// From when, Unix ms UTC.
    pub from_ms: i64,
    /// Up to when, without it, Unix ms UTC.
    pub to_ms: i64,
    /// Why.
    pub reason: Text,
    /// Who placed it.
    pub placed_by: MemberId,
    /// Their name.
    pub placed_by_name: String,
    /// When, Unix ms UTC.
    pub placed_ms: i64,
    /// Who released it; null while it holds.
    #[schema(required)]
    pub released_by_name: Option<String>,
    /// When, Unix ms UTC.
    #[schema(required)]
    pub released_ms: Option<i64>,
    /// Why it was released.
    #[schema(required)]
    pub release_reason: Option<Text>,
}

/// What no hold keeps of the time before `before_ms`: spans with their end excluded, oldest first.
pub fn unheld(before_ms: i64, held: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut held: Vec<_> = held.iter().filter(|(from, to)| from < to).copied().collect();
    held.sort_unstable();
    let mut spans = Vec::new();
    let mut from_ms = i64::MIN;
    for (hold_from, hold_to) in held {
        if hold_from > from_ms {
            spans.push((from_ms, hold_from.min(before_ms)));
        }
        from_ms = from_ms.max(hold_to);
    }
    spans.push((from_ms, before_ms));
    spans.retain(|(from, to)| from < to);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_in_no_span_and_all_the_rest_is() {
        const START: i64 = i64::MIN;
        for (held, spans) in [
            (&[][..], &[(START, 100)][..]),
            (&[(20, 30)], &[(START, 20), (30, 100)]),
            (&[(50, 60), (20, 30)], &[(START, 20), (30, 50), (60, 100)]),
            (&[(20, 40), (30, 50)], &[(START, 20), (50, 100)]),
            (&[(20, 60), (30, 40)], &[(START, 20), (60, 100)]),
            (&[(90, 200)], &[(START, 90)]),
            (&[(150, 200)], &[(START, 100)]),
            (&[(30, 30)], &[(START, 100)]),
            (&[(START, 200)], &[]),
        ] {
            assert_eq!(unheld(100, held), spans, "{held:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn each_moment_before_the_end_is_held_or_purged(
            held in proptest::collection::vec((0_i64..60, 0_i64..60), 0..6),
        ) {
            let spans = unheld(50, &held);
            let within = |spans: &[(i64, i64)], at| spans.iter().any(|(a, b)| (*a..*b).contains(&at));
            for at in -5..70 {
                assert_eq!(within(&spans, at), at < 50 && !within(&held, at), "{at}");
            }
        }
    }
}
