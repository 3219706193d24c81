//! What is measured: our server, or a peer that sends every message to every subscriber.
//!
//! A peer is a command line. It listens on the port that it is given, says `listening`, and ends
//! when its standard input does. Who connects to `/sub` gets every text that somebody sends on a
//! connection to `/pub`, unchanged.

use std::fmt;

use anyhow::bail;
use clap::{Args, ValueEnum};

/// Whose figures these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Target {
    /// This server
    Xunfang,
    /// A bare loop that writes the same bytes
    Rawcast,
    /// A WebSocket server on tokio's broadcast channel
    Naive,
    /// Bun's publish
    Bun,
    /// nginx with nchan
    Nchan,
}

/// Which target, and how it is started.
#[derive(Debug, Clone, Args)]
pub(super) struct TargetArgs {
    /// What to measure
    #[arg(long, value_enum, default_value_t = Target::Xunfang)]
    pub(super) target: Target,
    /// How a peer is started; {port} stands for the port that it listens on
    #[arg(long, value_name = "COMMAND LINE")]
    pub(super) serve: Option<String>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Xunfang => "xunfang",
            Self::Rawcast => "rawcast",
            Self::Naive => "naive",
            Self::Bun => "bun",
            Self::Nchan => "nchan",
        })
    }
}

impl TargetArgs {
    /// The command line of a peer; none for our server.
    ///
    /// # Errors
    /// When a peer has none, or we have one.
    pub(super) fn peer(&self) -> anyhow::Result<Option<&str>> {
        match (self.target, &self.serve) {
            (Target::Xunfang, None) => Ok(None),
            (Target::Xunfang, Some(_)) => bail!("--serve: only for a peer, name it with --target"),
            (peer, None) => bail!("--target {peer}: say with --serve how it is started"),
            (_, Some(line)) if !line.contains("{port}") => {
                bail!("--serve: {{port}} must stand where the port belongs")
            }
            (_, Some(line)) => Ok(Some(line)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_needs_a_command_line_with_a_port() {
        let args = |target, serve: Option<&str>| TargetArgs {
            target,
            serve: serve.map(ToOwned::to_owned),
        };
        for (target, serve, ok) in [
            (Target::Xunfang, None, true),
            (Target::Xunfang, Some("x {port}"), false),
            (Target::Bun, None, false),
            (Target::Bun, Some("bun bun.ts"), false),
            (Target::Bun, Some("bun bun.ts {port}"), true),
        ] {
            assert_eq!(args(target, serve).peer().is_ok(), ok, "{target} {serve:?}");
        }
    }
}
