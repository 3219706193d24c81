//! `xunfang audit verify`: holds every chain of the audit log against its hashes, beside a
//! running server if there is one.
//!
//! Exit codes: 0 all chains are whole, 1 one is not or can't be read, 2 wrong usage.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::bail;
use clap::{Args, Subcommand};

use crate::domain::DistrictId;
use crate::domain::audit_chain::{ChainCheck, ChainFault};
use crate::store::{DatabaseSettings, Store, folder};

/// Records that are read at a time.
const AT_A_TIME: i64 = 1_000;

/// The audit log.
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Hold every chain against its hashes; names the first record that was altered or is missing
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "var/data")]
    data: PathBuf,
    /// A PostgreSQL database instead, as in database.url
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    url: Option<String>,
    /// A head that was printed earlier: the chain must still hold it
    #[arg(long, value_name = "DISTRICT@SEQ:HASH")]
    expect: Vec<Noted>,
}

/// A head that somebody noted down.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Noted {
    district: DistrictId,
    seq: i64,
    hash: String,
}

impl FromStr for Noted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('@').and_then(|(district, rest)| {
            let (seq, hash) = rest.split_once(':')?;
            Some((district, seq.parse().ok().filter(|seq| *seq > 0)?, hash))
        });
        let (district, seq, hash) = parts.ok_or("use DISTRICT@SEQ:HASH, as it was printed")?;
        Ok(Self { district: district.into(), seq, hash: hash.to_owned() })
    }
}

/// Verifies, and prints a line a chain.
///
/// # Errors
/// When the store can't be read.
pub async fn run(args: AuditArgs) -> anyhow::Result<ExitCode> {
    let What::Verify(args) = args.what;
    let url = args.url.clone().unwrap_or_default();
    if url.is_empty() && !folder::has_data(&args.data) {
        bail!("there are no data in {}", args.data.display());
    }
    let settings = DatabaseSettings { url, ..DatabaseSettings::default() };
    let store = Store::open_beside(&settings, &args.data).await?;
    let whole = verify(&store, &args.expect).await;
    store.close().await;
    Ok(if whole? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn verify(store: &Store, noted: &[Noted]) -> anyhow::Result<bool> {
    let chains = store.audit_chains().await?;
    let mut whole = true;
    for district in &chains {
        match chain(store, district, noted).await? {
            Ok(end) => say(&format!("{district}@{}:{}", end.seq, end.hash)),
            Err(fault) => {
                whole = false;
                say(&format!("{district}: {fault}"));
            }
        }
    }
    for noted in noted.iter().filter(|noted| !chains.contains(&noted.district)) {
        whole = false;
        say(&format!("{}: {}", noted.district, ChainFault::Missing(noted.seq)));
    }
    Ok(whole)
}

/// One chain, to the head that it had when the check began: a server may be writing on.
async fn chain(
    store: &Store,
    district: &DistrictId,
    noted: &[Noted],
) -> anyhow::Result<Result<ChainCheck, ChainFault>> {
    let heads = store.audit_heads().await?;
    let head = heads.into_iter().find(|head| head.district == *district);
    let (head_seq, head_hash) = head.map_or((0, String::new()), |head| (head.seq, head.hash));
    let noted: Vec<&Noted> = noted.iter().filter(|noted| noted.district == *district).collect();
    let mut check = ChainCheck::default();
    while check.seq < head_seq {
        let left = (head_seq - check.seq).min(AT_A_TIME);
        let rows = store.audit_chain(district, check.seq, left).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let taken = check.take(row.seq, row.record.as_ref(), row.reason_now.as_deref());
            if let Err(fault) = taken {
                return Ok(Err(fault));
            }
            if noted.iter().any(|noted| noted.seq == check.seq && noted.hash != check.hash) {
                return Ok(Err(ChainFault::Noted(check.seq)));
            }
        }
    }
    if noted.iter().any(|noted| noted.seq > check.seq) {
        return Ok(Err(ChainFault::Missing(check.seq + 1)));
    }
    // A chain without a head had one.
    let end = if head_seq == 0 { Err(ChainFault::Missing(1)) } else { Ok(()) };
    Ok(end.and_then(|()| check.end(head_seq, &head_hash)).map(|()| check))
}

fn say(line: &str) {
    drop(writeln!(io::stdout().lock(), "{line}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noted_head_is_read_as_it_was_printed() {
        let read = "420882002@12:ab".parse::<Noted>();
        let noted = Noted { district: "420882002".into(), seq: 12, hash: "ab".to_owned() };
        assert_eq!(read, Ok(noted));
        for wrong in ["", "12:ab", "d@x:ab", "d@0:ab", "d@12"] {
            assert!(wrong.parse::<Noted>().is_err(), "{wrong}");
        }
    }
}
