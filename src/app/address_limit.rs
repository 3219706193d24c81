//! How many failed sign-ins an address may send. Successful ones are never counted: a county
//! sits behind one address.
//!
//! It must not know names or passwords. Invariant: it remembers a bounded number of addresses.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use parking_lot::Mutex;

/// Failures in a row, and in the time that makes them good again. Several people of one building
/// mistype; more than these from one address is no typing.
const FAILURES: i64 = 60;
/// How long until as many are good again, in ms: one every 15 s.
const WINDOW_MS: i64 = 15 * 60 * 1_000;
/// Addresses that are remembered, some MiB; then the one that failed least is forgotten.
const ADDRESSES: usize = 65_536;

/// What failed, by address. Each failure is a debt that time pays off.
#[derive(Debug, Default)]
pub struct AddressLimit(Mutex<HashMap<IpAddr, Debt>>);

#[derive(Debug, Clone, Copy)]
struct Debt {
    ms: i64,
    since_ms: i64,
}

impl Debt {
    fn left(self, now_ms: i64) -> i64 {
        (self.ms - (now_ms - self.since_ms).max(0)).max(0)
    }
}

impl AddressLimit {
    /// When this address may try again, Unix ms UTC, if it may not now.
    pub fn closed_until_ms(&self, address: IpAddr, now_ms: i64) -> Option<i64> {
        let debts = self.0.lock();
        let left = debts.get(&network(address)).map_or(0, |debt| debt.left(now_ms));
        let free = WINDOW_MS - WINDOW_MS / FAILURES;
        (left > free).then_some(now_ms + left - free)
    }

    /// Counts a failure.
    pub fn failed(&self, address: IpAddr, now_ms: i64) {
        let mut debts = self.0.lock();
        let address = network(address);
        if debts.len() >= ADDRESSES && !debts.contains_key(&address) {
            debts.retain(|_, debt| debt.left(now_ms) > 0);
            let least = debts.iter().min_by_key(|(_, debt)| debt.left(now_ms)).map(|(a, _)| *a);
            if let Some(least) = least.filter(|_| debts.len() >= ADDRESSES) {
                debts.remove(&least);
            }
        }
        let debt = debts.entry(address).or_insert(Debt { ms: 0, since_ms: now_ms });
        *debt = Debt { ms: debt.left(now_ms) + WINDOW_MS / FAILURES, since_ms: now_ms };
    }
}

/// One network is one sender: a single IPv6 customer has 2^64 addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_that_fails_too_often_waits_and_no_other_does() {
        let limit = AddressLimit::default();
        for n in 0..FAILURES {
            assert_eq!(limit.closed_until_ms(ip("10.0.0.1"), 0), None, "{n}");
            limit.failed(ip("10.0.0.1"), 0);
        }
        assert_eq!(limit.closed_until_ms(ip("10.0.0.1"), 0), Some(15_000));
        assert_eq!(limit.closed_until_ms(ip("::ffff:10.0.0.1"), 0), Some(15_000));
        assert_eq!(limit.closed_until_ms(ip("10.0.0.2"), 0), None);
        assert_eq!(limit.closed_until_ms(ip("10.0.0.1"), 15_000), None);
        limit.failed(ip("10.0.0.1"), 15_000);
        assert_eq!(limit.closed_until_ms(ip("10.0.0.1"), 15_000), Some(30_000));
    }

    #[test]
    fn one_ipv6_network_is_one_sender() {
        let limit = AddressLimit::default();
        (0..FAILURES).for_each(|_| limit.failed(ip("fd00:0:0:1::1"), 0));
        assert!(limit.closed_until_ms(ip("fd00:0:0:1:2::9"), 0).is_some());
        assert!(limit.closed_until_ms(ip("fd00:0:0:2::1"), 0).is_none());
    }

    #[test]
    fn what_it_remembers_is_bounded() {
        let limit = AddressLimit::default();
        let sender = |n: usize| IpAddr::from(u32::try_from(n).unwrap().to_be_bytes());
        limit.failed(sender(0), 0);
        limit.failed(sender(0), 0);
        (1..=ADDRESSES).for_each(|n| limit.failed(sender(n), 0));
        assert_eq!(limit.0.lock().len(), ADDRESSES);
        assert!(limit.0.lock().contains_key(&sender(0)), "the worst stays");
    }
}
