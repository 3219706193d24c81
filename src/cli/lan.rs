//! The demo on a local network: a door of its own over TLS, and codes in the terminal that phones
//! and desks are paired with.
//!
//! The demo's passwords are printed and in its source, so they don't hold at this door.
//! Invariant: what is shown is a code that holds now.

use std::io::{IsTerminal as _, Write as _, stdout};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::{App, Pairing};
use crate::domain::MemberId;
use crate::http::{Entrance, TileSource};
use crate::server::{Door, OwnCertificate};

/// Below the data folder, where the certificate is kept.
const FOLDER: &str = "lan";
/// Whom the codes for phones sign in, in turn.
const PHONES: [&str; 3] = ["guard", "volunteer", "police"];
/// Whom the codes for desks sign in.
const DESKS: [&str; 1] = ["dispatch"];
/// How often old codes are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The door to the local network, before it opens.
pub(super) struct Lan {
    listener: TcpListener,
    certificate: OwnCertificate,
    /// `https://address:port`.
    url: String,
}

impl Lan {
    /// Listens, and makes a certificate for the addresses of this machine.
    ///
    /// # Errors
    /// When there is no network, or nothing can be listened on.
    pub(super) async fn open(listen: SocketAddr, data: &Path, now_ms: i64) -> anyhow::Result<Self> {
        let addresses = addresses()?;
        let Some(address) = shown(listen.ip(), &addresses, route()) else {
            bail!("this machine has no address on a network: connect it first, or leave --lan")
        };
        let listener = super::serve::bind(&listen.to_string(), "lan=ADDRESS").await?;
        let url = format!("https://{}", SocketAddr::new(address, listener.local_addr()?.port()));
        let names = names(&addresses, address);
        let certificate = OwnCertificate::keep(&data.join(FOLDER), &names, now_ms)?;
        Ok(Self { listener, certificate, url })
    }

    /// The door, and whoever shows its codes until it is dropped.
    ///
    /// # Errors
    /// When the demo's accounts can't be read.
    pub(super) async fn door(
        self,
        app: &App,
        tiles: Option<TileSource>,
    ) -> anyhow::Result<(Door, impl Future<Output = ()> + Send + use<>)> {
        let Self { listener, certificate, url } = self;
        let seats = vec![seat(app, &PHONES).await?, seat(app, &DESKS).await?];
        let pairing = Pairing::new(app.clock.clone(), seats);
        let showing = show(pairing.clone(), url, certificate.fingerprint);
        let entrance = Entrance {
            tls: true,
            strict: false,
            pairing: Some(pairing),
            tiles,
            ..Entrance::default()
        };
        Ok((Door { listener, tls: Some(certificate.tls), entrance }, showing))
    }
}

async fn seat(app: &App, accounts: &[&str]) -> anyhow::Result<Vec<MemberId>> {
    let mut members = Vec::new();
    for name in accounts {
        let account = app.store.account(name).await?;
        members.push(account.with_context(|| format!("the demo has no account {name}"))?.member);
    }
    Ok(members)
}

/// Prints the codes, and prints them again whenever they have changed.
async fn show(pairing: Pairing, url: String, fingerprint: String) {
    let mut look = interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    print(&pairing, &url, &fingerprint);
    loop {
        tokio::select! {
            () = pairing.changed() => print(&pairing, &url, &fingerprint),
            _ = look.tick() => pairing.renew(),
        }
    }
}

fn print(pairing: &Pairing, url: &str, fingerprint: &str) {
    let links: Vec<_> = pairing.codes().iter().map(|code| format!("{url}/pair#{code}")).collect();
    let [phone, desk] = links.as_slice() else { return };
    let text = format!(
        "\n{}\n  phone  手机  {phone}\n  desk   调度台  {desk}\n\n  \
         Scan or type; a code signs in once, within 10 minutes. 扫码或输入；一码一次，10分钟内有效。\n  \
         The browser warns of our own certificate: compare SHA-256 before you go on.\n  \
         浏览器会提示自签证书，请核对指纹后继续：\n  {fingerprint}\n",
        picture(phone, stdout().is_terminal()),
    );
    // A closed terminal is no reason to stop serving.
    drop(stdout().lock().write_all(text.as_bytes()));
}

/// A QR code in half blocks; on a terminal black on white, whatever its colours are.
fn picture(link: &str, in_colour: bool) -> String {
    let Ok(code) = QrCode::new(link) else { return String::new() };
    let mut pixels = code.render::<Dense1x2>();
    if !in_colour {
        // Most terminals, and what a log is read in, are dark.
        pixels.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark);
    }
    let (before, after) = if in_colour { ("\x1b[38;5;16;48;5;231m", "\x1b[0m") } else { ("", "") };
    let lines = pixels.build();
    lines.lines().map(|line| format!("  {before}{line}{after}\n")).collect()
}

/// The addresses of this machine on its networks; those of IPv6 only if there are no others: they
/// change by the day, and with each change phones would be warned of another certificate.
fn addresses() -> anyhow::Result<Vec<IpAddr>> {
    let found = if_addrs::get_if_addrs().context("the addresses of this machine")?;
    let mut addresses: Vec<_> = found
        .iter()
        .map(if_addrs::Interface::ip)
        .filter(|ip| match ip {
            IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local(),
            IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unicast_link_local(),
        })
        .collect();
    addresses.sort();
    addresses.dedup();
    if addresses.iter().any(IpAddr::is_ipv4) {
        addresses.retain(IpAddr::is_ipv4);
    }
    Ok(addresses)
}

/// The address that this machine would speak to others from; nothing is sent.
fn route() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address for documentation: beyond every local network, behind the default route.
    socket.connect((Ipv4Addr::new(203, 0, 113, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Which address phones are shown: the one that is listened on; when all are, that of the default
/// route, one of a private network, any.
fn shown(listen: IpAddr, addresses: &[IpAddr], route: Option<IpAddr>) -> Option<IpAddr> {
    if !listen.is_unspecified() {
        return Some(listen);
    }
    let private = |ip: &&IpAddr| matches!(ip, IpAddr::V4(ip) if ip.is_private());
    let routed = route.filter(|ip| addresses.contains(ip));
    let near = addresses.iter().find(private).or_else(|| addresses.iter().find(|ip| ip.is_ipv4()));
    routed.or(near.or(addresses.first()).copied())
}

fn names(addresses: &[IpAddr], shown: IpAddr) -> Vec<String> {
    let mut names: Vec<_> = addresses.iter().map(IpAddr::to_string).collect();
    if !addresses.contains(&shown) {
        names.push(shown.to_string());
    }
    names.push("localhost".to_owned());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn phones_are_shown_an_address_that_they_can_reach() {
        for (listen, addresses, route, expected) in [
            (
                "0.0.0.0",
                vec!["172.17.0.1", "192.168.1.5"],
                Some("192.168.1.5"),
                Some("192.168.1.5"),
            ),
            ("0.0.0.0", vec!["8.8.8.8", "192.168.1.5"], None, Some("192.168.1.5")),
            ("0.0.0.0", vec!["8.8.8.8", "fd00::2"], Some("10.0.0.1"), Some("8.8.8.8")),
            ("0.0.0.0", vec!["fd00::2"], None, Some("fd00::2")),
            ("0.0.0.0", vec![], Some("0.0.0.0"), None),
            ("127.0.0.1", vec![], None, Some("127.0.0.1")),
        ] {
            let addresses: Vec<_> = addresses.into_iter().map(ip).collect();
            let found = shown(ip(listen), &addresses, route.map(ip));
            assert_eq!(found, expected.map(ip), "{listen} {addresses:?}");
        }
        let own = names(&[ip("192.168.1.5")], ip("127.0.0.1"));
        assert_eq!(own, ["192.168.1.5", "127.0.0.1", "localhost"]);
    }

    #[test]
    fn the_picture_is_light_around_and_dark_inside() {
        let on_paper = picture("https://192.168.1.5:8443/pair#ABCD-EFGH", false);
        let first = on_paper.lines().next().unwrap().trim();
        assert!(first.chars().all(|c| c == '█'), "a border of light: {first}");
        let in_colour = picture("https://192.168.1.5:8443/pair#ABCD-EFGH", true);
        assert!(in_colour.starts_with("  \x1b[38;5;16;48;5;231m  "), "{in_colour:?}");
        assert_eq!(on_paper.lines().count(), in_colour.lines().count());
    }
}
