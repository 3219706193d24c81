//! A certificate of our own making, for a network where nobody gives out others.
//!
//! It must not know who reads its fingerprint. Invariant: it stays the same, and with it the
//! exception that a phone has made for it, until its names change or it ends.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::Tls;
use crate::clock::civil_day;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long it holds; phones refuse what holds for longer than 825 days.
const HOLDS_MS: i64 = 365 * DAY_MS;
/// A new one is made when it holds for less than this.
const RENEW_MS: i64 = 30 * DAY_MS;

/// A certificate of our own making.
#[derive(Debug)]
pub struct OwnCertificate {
    /// It with its key.
    pub tls: Tls,
    /// SHA-256 of it as browsers show it: `AB:CD:…`.
    pub fingerprint: String,
}

impl OwnCertificate {
    /// The one kept in `folder` if it is for these names (DNS names and addresses) and holds for a
    /// while yet; otherwise a new one, kept there.
    ///
    /// # Errors
    /// When the folder can't be written, or a name is none.
    pub fn keep(folder: &Path, names: &[String], now_ms: i64) -> anyhow::Result<Self> {
        let [cert, key, about] = ["cert.pem", "key.pem", "names"].map(|name| folder.join(name));
        let asked = names.join("\n");
        if !is_good(&about, &asked, now_ms) || !cert.exists() || !key.exists() {
            make(folder, [&cert, &key, &about], names, now_ms)
                .with_context(|| format!("no certificate could be made in {}", folder.display()))?;
        }
        let tls = Tls::read(&cert, &key)?;
        Ok(Self { tls, fingerprint: fingerprint(&cert)? })
    }
}

/// Year, month and day, in UTC.
fn day(at_ms: i64) -> anyhow::Result<(i32, u8, u8)> {
    let date = civil_day(at_ms.div_euclid(DAY_MS));
    Ok((date.year().into(), date.month().try_into()?, date.day().try_into()?))
}

/// Its first line says when it ends; the others are its names.
fn is_good(about: &Path, asked: &str, now_ms: i64) -> bool {
    let text = fs::read_to_string(about).unwrap_or_default();
    let (ends, names) = text.split_once('\n').unwrap_or_default();
    names == asked && ends.parse::<i64>().is_ok_and(|ends_ms| ends_ms - now_ms > RENEW_MS)
}

fn make(
    folder: &Path,
    [cert, key, about]: [&PathBuf; 3],
    names: &[String],
    now_ms: i64,
) -> anyhow::Result<()> {
    let ends_ms = now_ms + HOLDS_MS;
    let pair = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Xunfang");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Phones' clocks differ.
    let (from, to) = (day(now_ms - DAY_MS)?, day(ends_ms)?);
    params.not_before = date_time_ymd(from.0, from.1, from.2);
    params.not_after = date_time_ymd(to.0, to.1, to.2);
    let made = params.self_signed(&pair)?;
    fs::create_dir_all(folder)?;
    // The last file says that the others are whole.
    fs::remove_file(about).ok();
    fs::write(cert, made.pem())?;
    fs::remove_file(key).ok();
    let mut secret = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(key)?;
    secret.write_all(pair.serialize_pem().as_bytes())?;
    fs::write(about, format!("{ends_ms}\n{}", names.join("\n")))?;
    Ok(())
}

fn fingerprint(cert: &Path) -> anyhow::Result<String> {
    let der = CertificateDer::from_pem_file(cert)?;
    let bytes = Sha256::digest(&der).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>();
    Ok(bytes.join(":"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn it_stays_until_its_names_change_or_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("lan");
        let names = ["localhost", "192.0.2.7", "fd00::2"].map(str::to_owned);
        let now_ms = 1_795_521_900_000;
        let keep = |names: &[String], now_ms| {
            OwnCertificate::keep(&folder, names, now_ms).unwrap().fingerprint
        };
        let first = keep(&names, now_ms);
        assert_eq!(first.len(), 32 * 3 - 1);
        assert_eq!(keep(&names, now_ms + HOLDS_MS - RENEW_MS - 1), first);
        let renewed = keep(&names, now_ms + HOLDS_MS - RENEW_MS);
        assert_ne!(renewed, first);
        assert_ne!(keep(&names[..2], now_ms + HOLDS_MS), renewed);
        fs::remove_file(folder.join("key.pem")).unwrap();
        keep(&names[..2], now_ms + HOLDS_MS);
        let mode = fs::metadata(folder.join("key.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else reads the key");
    }
}
