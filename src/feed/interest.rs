//! Which districts this node hears of at once: those that sessions here follow, and those that
//! they followed a moment ago.
//!
//! It must not know how they are heard. Invariant: a district with a session is always among them.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::DistrictId;

/// A district is still heard for this long after its last session has left: phones come back from
/// a tunnel, pages are loaded again, and a node that drains hands its sessions over.
const LINGER: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Interest {
    followed: HashMap<DistrictId, Instant>,
    told: Option<BTreeSet<DistrictId>>,
}

impl Interest {
    /// Takes note of the districts that have sessions now; returns those of interest if they are
    /// others than before.
    pub(super) fn look(
        &mut self,
        followed: impl IntoIterator<Item = DistrictId>,
        now: Instant,
    ) -> Option<&BTreeSet<DistrictId>> {
        self.followed.extend(followed.into_iter().map(|district| (district, now)));
        self.followed.retain(|_, last| now.duration_since(*last) <= LINGER);
        let wanted: BTreeSet<_> = self.followed.keys().cloned().collect();
        if self.told.as_ref() == Some(&wanted) {
            return None;
        }
        Some(self.told.insert(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_district_lingers_and_only_changes_are_told() {
        let (mut interest, start) = (Interest::default(), Instant::now());
        for (second, followed, told) in [
            (0, vec![], Some(vec![])),
            (1, vec!["a"], Some(vec!["a"])),
            (2, vec!["a"], None),
            (3, vec!["b"], Some(vec!["a", "b"])),
            (12, vec!["b"], None),
            (13, vec!["b"], Some(vec!["b"])),
            (23, vec![], None),
            (24, vec![], Some(vec![])),
        ] {
            let now = start + Duration::from_secs(second);
            let heard = interest.look(followed.into_iter().map(DistrictId::from), now);
            let expected = told.map(|told| told.into_iter().map(DistrictId::from).collect());
            assert_eq!(heard.cloned(), expected, "at {second} s");
        }
    }
}
