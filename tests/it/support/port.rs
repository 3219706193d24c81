//! Free ports without a race. It must not know who will listen. Invariant: a port that was handed
//! out is held by a listener of ours until its server is about to bind it.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below Linux's ephemeral range (32768 up), so no outgoing connection can take a port from a
/// server that is restarting on it.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 12_000;

/// A port of the loopback that is held until [`ReservedPort::release`].
pub(crate) struct ReservedPort(TcpListener);

impl ReservedPort {
    /// Takes the next free port; two test processes start at different places.
    pub(crate) fn take() -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let start = u16::try_from(std::process::id() * 61 % u32::from(PORTS)).expect("below 12000");
        for _ in 0..PORTS {
            let step = NEXT.fetch_add(1, Ordering::Relaxed) % PORTS;
            let port = FIRST_PORT + (start + step) % PORTS;
            if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                return Self(listener);
            }
        }
        panic!("no free port from {FIRST_PORT} to {}", FIRST_PORT + PORTS - 1);
    }

    /// The port's number.
    pub(crate) fn number(&self) -> u16 {
        self.0.local_addr().expect("a bound listener has an address").port()
    }

    /// Lets go of the port, for a server that binds it next.
    pub(crate) fn release(self) -> u16 {
        self.number()
    }
}
