//! Whose address a request comes from: the peer's, or what a proxy that is trusted says of it.
//!
//! Invariant: `X-Forwarded-For` counts only from addresses that an operator named, so nobody
//! chooses their own.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::entrance::Entrance;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that sent a request; none where no connection is known.
pub(super) struct Sender(pub(super) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_canonical());
        let entrance = parts.extensions.get::<Entrance>();
        let proxies = entrance.map_or(&[][..], |entrance| &entrance.proxies);
        Ok(Self(peer.map(|peer| sender(peer, &parts.headers, proxies))))
    }
}

/// Each proxy adds whom it heard at the right: the last that is no proxy of ours is the sender.
fn sender(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let lines = headers.get_all(FORWARDED_FOR).iter();
    let said: Vec<&str> = lines.flat_map(|line| line.to_str().unwrap_or("?").split(',')).collect();
    let mut sender = peer;
    for hop in said.into_iter().rev() {
        if !proxies.contains(&sender) {
            break;
        }
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        sender = hop.to_canonical();
    }
    sender
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_speaks_for_others() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        for (peer, lines, expected) in [
            ("192.0.2.7", vec![], "192.0.2.7"),
            ("192.0.2.7", vec!["198.51.100.1"], "192.0.2.7"),
            ("10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["6.6.6.6, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", vec!["6.6.6.6", "198.51.100.1,10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", vec!["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append(FORWARDED_FOR, line.parse().unwrap());
            }
            assert_eq!(sender(ip(peer), &headers, &proxies), ip(expected), "{peer} {lines:?}");
        }
    }
}
