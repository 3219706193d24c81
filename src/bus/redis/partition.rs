//! Which channels carry a district. It must not know who listens.
//! Invariant: every node of every version puts a district into the same partition.

/// Enough to spread a cluster, few enough to subscribe to all of them at once.
const PARTITIONS: u64 = 64;

/// One of the 64 parts that districts are spread over by hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Partition(u64);

impl Partition {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..PARTITIONS).map(Self)
    }

    /// FNV-1a: the standard library's hash may change with the compiler.
    pub(super) fn of(district: &str) -> Self {
        let hash = district.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(hash % PARTITIONS)
    }

    /// The braces keep all of a partition on one node of a cluster.
    pub(super) fn events(self) -> String {
        format!("xf:{{p{:02}}}:events", self.0)
    }

    pub(super) fn positions(self) -> String {
        format!("xf:{{p{:02}}}:positions", self.0)
    }

    /// Where the newest fixes of one of its districts are kept.
    pub(super) fn fixes(self, district: &str) -> String {
        format!("xf:{{p{:02}}}:fixes:{district}", self.0)
    }

    pub(super) fn channels(self) -> [String; 2] {
        [self.events(), self.positions()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn districts_keep_their_channels() {
        for (district, events) in [
            ("", "xf:{p37}:events"),
            ("420882002", "xf:{p25}:events"),
            ("PHL22", "xf:{p11}:events"),
        ] {
            assert_eq!(Partition::of(district).events(), events, "{district}");
        }
    }

    #[test]
    fn districts_spread_over_all_partitions() {
        let mut hits = std::collections::BTreeMap::<Partition, u32>::new();
        for number in 420_882_000..420_883_000 {
            *hits.entry(Partition::of(&number.to_string())).or_default() += 1;
        }
        assert_eq!(hits.len(), 64);
        assert!(hits.values().all(|&n| n < 40), "{hits:?}");
    }
}
