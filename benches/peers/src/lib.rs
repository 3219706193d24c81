//! What the peers' servers share: the port from the command line, and an end with standard input.
//!
//! Each takes `PORT` (0: any), prints `listening PORT`, sends what comes in at `/pub` to everybody
//! at `/sub`, and ends when its standard input does, so that a driver that dies leaves none
//! behind.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

/// Where to listen: the only argument is a port of the loopback address.
///
/// # Errors
/// Says how to call it when the argument isn't a port.
pub fn address() -> Result<SocketAddr, String> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let port = port.ok_or("usage: rawcast|naive PORT (0: any)")?;
    Ok(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into())
}

/// Tells the driver that connections are taken, and watches standard input from then on.
///
/// # Errors
/// When standard output is closed.
pub fn listening(at: SocketAddr) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening {}", at.port())?;
    out.flush()?;
    std::thread::spawn(|| {
        std::io::stdin().lock().read_to_end(&mut Vec::new()).ok();
        std::process::exit(0);
    });
    Ok(())
}
