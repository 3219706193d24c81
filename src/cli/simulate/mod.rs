//! `xunfang simulate`: members of the demo, each a real client of a running demo server.
//!
//! They sign on, walk a beat, lose their signal and catch up, check in, report, take their team's
//! calls, talk, and now and then call for help. It speaks the protocol like anybody else, but for
//! one call that mints the tokens.

mod desk;
mod life;
mod mint;
mod operator;
mod phone;
mod signal;
mod task;
mod walker;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::demo;
use crate::domain::MemberId;
use phone::Phone;
use walker::Walker;

/// The accuracy that a phone in the open reports, in metres.
const ACCURACY_M: f64 = 8.0;
/// Phones that connect at a time.
const CONNECTING: usize = 32;
/// The fastest a walker takes fixes, in Hz: the server takes 50 messages a second of one phone.
const FASTEST_HZ: f64 = 10.0;

/// Simulated members.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Where the demo server is
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// The node that makes the tokens, where --url is a balancer before several [default: --url]
    #[arg(long, value_name = "URL")]
    tokens_url: Option<String>,
    /// The key that the demo server wrote into its data folder
    #[arg(long, value_name = "FILE", default_value = "var/demo/simulate.key")]
    key: PathBuf,
    /// So many members, always on duty; without it those on tonight's rosters, while they last
    #[arg(long, value_name = "N")]
    members: Option<usize>,
    /// Fixes a second of each
    #[arg(long, value_name = "HZ", default_value_t = 0.5)]
    rate: f64,
    /// How many times faster than people they walk and act
    #[arg(long, value_name = "TIMES", default_value_t = 1.0)]
    speed: f64,
    /// Another seed, another night
    #[arg(long, value_name = "N", default_value_t = 20_261_124)]
    seed: u64,
    /// Without the dispatcher who steps in when nobody else does
    #[arg(long)]
    no_desk: bool,
    /// Ends when the standard input does: for a parent that holds the other end
    #[arg(long, hide = true)]
    until_stdin_ends: bool,
}

/// What all members of a run share.
#[derive(Clone)]
struct Run {
    clock: Clock,
    stop: CancellationToken,
    seed: u64,
    every: Duration,
    speed: f64,
    members: u32,
    started_ms: i64,
}

impl Run {
    /// How long a beat has been walked, in seconds; a night is walked from its epoch on, so that
    /// a run that begins anew goes on where the one before was.
    fn walked_s(&self) -> f64 {
        seconds(self.started_ms) + self.speed * seconds(self.clock.now_ms() - self.started_ms)
    }

    /// How long a time in ms is for those who act so much faster.
    fn felt(&self, ms: i64) -> Duration {
        Duration::from_secs_f64((seconds(ms) * self.speed).max(0.0))
    }
}

/// Simulates until Ctrl-C.
///
/// # Errors
/// When no tokens can be had.
pub async fn run(args: SimulateArgs) -> anyhow::Result<()> {
    check(&args)?;
    let stop = CancellationToken::new();
    let clock = Clock::system();
    let world = demo::DemoWorld::new();
    let cast = demo::cast(&world, args.members);
    let tokens_url = args.tokens_url.as_ref().unwrap_or(&args.url);
    let mut actors = mint::actors(tokens_url, &args.key, cast.len() + 1).await?.into_iter();
    let desk = actors.next().context("no token for the desk")?;
    let socket = socket_of(&args.url)?;
    let run = Run {
        started_ms: clock.now_ms(),
        clock,
        stop: stop.clone(),
        seed: args.seed,
        every: Duration::from_secs_f64(1.0 / args.rate),
        speed: args.speed,
        members: u32::try_from(cast.len()).unwrap_or(u32::MAX),
    };
    let doors = Arc::new(Semaphore::new(CONNECTING));
    let mut tasks = JoinSet::new();
    if !args.no_desk {
        tasks.spawn(operator::run(
            Phone::new(socket.clone(), desk.token, Arc::clone(&doors)),
            run.clone(),
        ));
    }
    let tokens: std::collections::HashMap<MemberId, String> =
        actors.map(|actor| (actor.member, actor.token)).collect();
    for (number, part) in (1_u64..).zip(demo::parts(&world, &cast, args.seed, run.clock.now_ms())) {
        let Some(token) = tokens.get(&part.member.id) else { continue };
        let phone = Phone::new(socket.clone(), token.clone(), Arc::clone(&doors));
        let always = args.members.is_some();
        let walker = Walker {
            number,
            walk: part.walk,
            beat: part.beat,
            duty: if always { Vec::new() } else { part.duty },
            member: part.member,
            officer: world.officer().clone(),
            phone,
        };
        tasks.spawn(walker.run(run.clone()));
    }
    ended(args.until_stdin_ends).await;
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::warn!(%error, "a simulated member did not end well");
        }
    }
    Ok(())
}

fn check(args: &SimulateArgs) -> anyhow::Result<()> {
    if !(args.rate > 0.0 && args.rate <= FASTEST_HZ) {
        bail!("--rate: more than 0, at most {FASTEST_HZ} fixes a second");
    }
    if !(args.speed > 0.0 && args.speed <= 100.0) {
        bail!("--speed: more than 0, at most 100");
    }
    if args.members.is_some_and(|members| members == 0 || members > 9_999) {
        bail!("--members: 1 to 9,999");
    }
    Ok(())
}

fn socket_of(url: &str) -> anyhow::Result<String> {
    let rest = url.strip_prefix("http").context("--url begins with http:// or https://")?;
    Ok(format!("ws{}/ws", rest.trim_end_matches('/')))
}

async fn ended(until_stdin_ends: bool) {
    if until_stdin_ends {
        // The parent holds the other end of the pipe for as long as it lives.
        drop(tokio::io::stdin().read_to_end(&mut Vec::new()).await);
    } else {
        drop(tokio::signal::ctrl_c().await);
    }
}

/// Whether a member is simulated, as against a person who signed in with a password.
fn is_simulated(id: &MemberId) -> bool {
    let of_account = |name: &str| id.as_str().strip_prefix("demo-") == Some(name);
    !demo::ACCOUNTS.iter().any(|(name, ..)| of_account(name))
}

#[expect(clippy::cast_precision_loss, reason = "a time in ms stands exactly in 53 bits")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}
