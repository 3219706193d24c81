//! `xunfang simulate`: members who walk their grids, each a real client of a running server.
//!
//! Tokens come on the standard input, one JSON object a line, an empty line last; when the input
//! then ends, so do the walkers.

use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Stdin};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Options, RequestError};
use crate::clock::Clock;
use crate::demo::{self, Walk};
use crate::domain::shift::CONSENT_VERSION;
use crate::domain::{Fix, MemberId, ShiftId};
use crate::protocol::{Code, Request};

/// Walkers take a fix this often: twice as often as a careful phone, so that a map looks alive.
const FIX_EVERY: Duration = Duration::from_secs(2);
/// The walks' seed; the same one walks the same ways.
const SEED: u64 = 20_261_124;
/// The accuracy that a phone in the open reports, in metres.
const ACCURACY_M: f64 = 8.0;

/// Walking members.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Where the server's socket is, e.g. ws://127.0.0.1:8080/ws
    #[arg(long, value_name = "URL")]
    url: String,
}

/// A member and the token that speaks for them.
#[derive(Debug, Serialize, Deserialize)]
pub struct Walker {
    /// Who.
    pub member: MemberId,
    /// Their device's token.
    pub token: String,
}

/// Walks until the standard input ends.
///
/// # Errors
/// When the tokens can't be read.
pub async fn run(args: SimulateArgs) -> anyhow::Result<()> {
    let mut input = BufReader::new(tokio::io::stdin());
    let walkers = read_walkers(&mut input).await?;
    let map = demo::district();
    let people = demo::people(&map);
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    for (n, walker) in walkers.into_iter().enumerate() {
        let member = people
            .simulated()
            .find(|known| known.member.id == walker.member)
            .with_context(|| format!("no such demo member: {}", walker.member))?;
        let walk = Walk::new(&map, &people, member, SEED);
        let offset = FIX_EVERY.mul_f64((n as f64 / 40.0).fract());
        tasks.spawn(walk_on(args.url.clone(), walker, walk, offset, stop.clone()));
    }
    // The parent holds the other end of the pipe for as long as it lives.
    drop(input.read_to_end(&mut Vec::new()).await);
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::warn!(%error, "a walker did not end well");
        }
    }
    Ok(())
}

async fn read_walkers(input: &mut BufReader<Stdin>) -> anyhow::Result<Vec<Walker>> {
    let mut walkers = Vec::new();
    loop {
        let mut line = String::new();
        let read = input.read_line(&mut line).await.context("the tokens can't be read")?;
        if read == 0 && walkers.is_empty() {
            bail!("no tokens came on the standard input");
        }
        if line.trim().is_empty() {
            return Ok(walkers);
        }
        walkers.push(serde_json::from_str(&line).context("a line that is not a token")?);
    }
}

async fn walk_on(
    url: String,
    walker: Walker,
    walk: Walk,
    offset: Duration,
    stop: CancellationToken,
) {
    let token = Some(walker.token);
    let options = Options { url, token, cookie: None, reconnect: true };
    let client = tokio::select! {
        connected = Client::connect(options) => match connected {
            Ok(client) => client,
            Err(end) => {
                tracing::error!(?end, "a walker can't connect");
                return;
            }
        },
        () = stop.cancelled() => return,
    };
    tokio::select! {
        () = patrol(&client, &walker.member, &walk, offset) => {}
        () = stop.cancelled() => {}
    }
    client.close();
}

async fn patrol(client: &Client, member: &MemberId, walk: &Walk, offset: Duration) {
    if !sign_on(client, member).await {
        return;
    }
    let clock = Clock::system();
    let mut ticks = interval_at(Instant::now() + offset, FIX_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        client.report(vec![fix(walk, clock.now_ms())]).await;
    }
}

/// Signs on, unless the shift of an earlier run is open still.
async fn sign_on(client: &Client, member: &MemberId) -> bool {
    let request =
        Request::SignOn { shift: ShiftId::fresh(), consent_version: Some(CONSENT_VERSION) };
    match client.request(request).await {
        Ok(_) => true,
        Err(RequestError::Refused(refusal)) if refusal.code == Code::Conflict => true,
        Err(error) => {
            tracing::error!(%error, %member, "a walker can't sign on");
            false
        }
    }
}

fn fix(walk: &Walk, at_ms: i64) -> Fix {
    let stride = walk.at(seconds(at_ms));
    Fix {
        at_ms,
        point: stride.point,
        speed_mps: Some(stride.speed_mps),
        heading_deg: Some(stride.heading_deg.rem_euclid(360.0)),
        accuracy_m: Some(ACCURACY_M),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a time in ms stands exactly in 53 bits")]
fn seconds(at_ms: i64) -> f64 {
    at_ms as f64 / 1_000.0
}
