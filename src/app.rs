//! The app: the handles that every edge works with, and the few things that all edges do alike.
//!
//! It fills what commands need and knows no wire. Cheap to clone.

mod accounts;
mod address_limit;
mod imports;
mod known;
mod load;
pub mod pairing;
mod purge;
mod sign_in;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

pub use pairing::Pairing;
pub use sign_in::SignedIn;

use crate::auth::{Actor, token};
use crate::clock::Clock;
use crate::command::{Atlas, Command, Done, Personal, Positions, Settlement, Writer};
use crate::domain::{
    AuditNote, CommandId, District, DistrictId, Fix, Member, MemberId, NodeId, SessionId,
};
use crate::feed::Feed;
use crate::hub::Hub;
use crate::protocol::{Code, Outcome, Refusal, Request};
use crate::store::Store;
use crate::store::session::{Owner, SessionKind};

pub use accounts::AccountWish;
pub use address_limit::AddressLimit;
pub use imports::{HeldFile, Imports, ReadImport};
pub use known::known;
pub use load::{ALONE_ROWS, Loader, Pace, read_ahead};
pub use purge::Purged;

/// Passwords that are hashed at a time: each takes 19 MiB and tens of milliseconds of a core.
const HASHES_AT_A_TIME: usize = 2;
/// Sign-ins that may wait for their turn, some seconds of work; one more is told to try again.
const SIGN_INS_AT_A_TIME: usize = 128;

/// The handles.
#[derive(Clone)]
pub struct App {
    /// This node, until it ends.
    pub node: NodeId,
    /// The state.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The maps.
    pub atlas: Arc<Atlas>,
    /// Where commands go.
    pub writer: Writer,
    /// Where positions go.
    pub positions: Positions,
    /// Who is connected here.
    pub hub: Hub,
    /// What other nodes are told.
    pub feed: Feed,
    /// Whether the data are invented, which every screen then says.
    pub demo: bool,
    /// Who may be simulated, on a demo server.
    pub simulation: Option<Arc<Simulation>>,
    /// Bounds what sign-ins take.
    pub turnstile: Arc<Turnstile>,
    /// Addresses that fail to sign in.
    pub addresses: Arc<AddressLimit>,
    /// Files that wait to be imported.
    pub imports: Arc<Imports>,
}

/// Bounds the sign-ins that wait, and the memory and cores that those whose turn it is take.
pub struct Turnstile {
    waiting: Semaphore,
    hashing: Semaphore,
    /// How many passwords were held against a hash.
    verified: AtomicU64,
}

impl Default for Turnstile {
    fn default() -> Self {
        Self {
            waiting: Semaphore::new(SIGN_INS_AT_A_TIME),
            hashing: Semaphore::new(HASHES_AT_A_TIME),
            verified: AtomicU64::new(0),
        }
    }
}

/// What a demo server knows of the people whom `xunfang simulate` acts for.
pub struct Simulation {
    /// The digest of the key that asks for their tokens.
    pub key_digest: String,
    /// Who they are: so many of them.
    pub cast: fn(usize) -> Cast,
}

/// People to simulate, with what must be there for them.
pub struct Cast {
    /// Those who aren't in the district yet.
    pub settlement: Settlement,
    /// All of them.
    pub members: Vec<MemberId>,
}

/// Whoever asks, and through which session.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    /// The member.
    pub member: Member,
    /// Their session.
    pub session: SessionId,
    /// Where it lives.
    pub kind: SessionKind,
    /// Whether a one-time password must be changed before anything else.
    pub must_change: bool,
}

impl App {
    /// Tokens for people to simulate, in one call.
    ///
    /// # Errors
    /// `not_found` on a server that is no demo, `unauthenticated` for a wrong key, or what the
    /// writer says.
    pub async fn mint_simulated(
        &self,
        key: Option<&str>,
        members: usize,
    ) -> Result<Vec<(MemberId, String)>, Refusal> {
        let simulation = self.simulation.as_ref().ok_or_else(|| Refusal::not_found("demo"))?;
        let shown = key.map(token::digest).unwrap_or_default();
        if !bool::from(shown.as_bytes().ct_eq(simulation.key_digest.as_bytes())) {
            return Err(Refusal::new(Code::Unauthenticated, "show the demo's key"));
        }
        let cast = (simulation.cast)(members);
        let command = Command::MintTokens(Box::new(cast.settlement), cast.members);
        match self.writer.apply(Actor::System, command).await? {
            Done::Tokens(tokens) => Ok(tokens),
            _ => Ok(Vec::new()),
        }
    }

    /// Who a token belongs to.
    ///
    /// # Errors
    /// `unauthenticated`, `password_change` while a one-time password holds, or `busy` when the
    /// database can't be read.
    pub async fn caller_of(&self, token: Option<&str>) -> Result<Caller, Refusal> {
        let caller = self.newcomer(token).await?;
        if caller.must_change {
            return Err(Refusal::new(Code::PasswordChange, "change the one-time password first"));
        }
        Ok(caller)
    }

    /// A session's member as they are now.
    ///
    /// # Errors
    /// `unauthenticated` when the session has ended, `busy` when the database can't be read.
    pub async fn member_now(&self, session: &SessionId) -> Result<Member, Refusal> {
        let nobody = || Refusal::new(Code::Unauthenticated, "this session has ended");
        let found = self.store.session_member(session, self.clock.now_ms()).await;
        found.map_err(unreadable)?.ok_or_else(nobody)
    }

    /// Writes down a sensitive read. Answer it only after this.
    ///
    /// # Errors
    /// What the writer says.
    pub async fn record(
        &self,
        caller: &Caller,
        district: &DistrictId,
        note: AuditNote,
        reason: Option<String>,
    ) -> Result<(), Refusal> {
        let command = Command::Record { district: district.clone(), note, reason };
        self.writer.apply(Actor::Member(caller.member.clone()), command).await?;
        Ok(())
    }

    /// Enters, shows or erases personal data.
    ///
    /// # Errors
    /// The refusal, or what the writer says.
    pub async fn personal(&self, caller: &Caller, asked: Personal) -> Result<Done, Refusal> {
        let actor = Actor::Member(caller.member.clone());
        Ok(self.writer.apply(actor, Command::Personal(Box::new(asked))).await?)
    }

    /// The same, also of somebody who must change a one-time password before anything else.
    ///
    /// # Errors
    /// `unauthenticated`, or `busy` when the database can't be read.
    pub async fn newcomer(&self, token: Option<&str>) -> Result<Caller, Refusal> {
        let nobody = || Refusal::new(Code::Unauthenticated, "sign in first");
        let digest = token::digest(token.ok_or_else(nobody)?);
        let found = self.store.session(&digest, self.clock.now_ms()).await.map_err(unreadable)?;
        let Owner { member, session, kind, must_change } = found.ok_or_else(nobody)?;
        Ok(Caller { member, session, kind, must_change })
    }

    /// The districts that a member serves: their own, or all of the installation.
    ///
    /// # Errors
    /// `busy` when the database can't be read.
    pub async fn districts_of(&self, member: &Member) -> Result<Vec<District>, Refusal> {
        if member.district.is_installation() {
            return self.store.districts().await.map_err(unreadable);
        }
        let own = self.store.district(&member.district).await.map_err(unreadable)?;
        Ok(own.into_iter().collect())
    }

    /// Applies a member's request.
    ///
    /// # Errors
    /// The refusal, `outcome_unknown` when the database was lost while it committed.
    pub async fn request(
        &self,
        caller: Caller,
        id: CommandId,
        request: Request,
    ) -> Result<Outcome, Refusal> {
        let command = Command::Request { id, request, session: Some(caller.session) };
        match self.writer.apply(Actor::Member(caller.member), command).await? {
            Done::Outcome(outcome) => Ok(*outcome),
            _ => Ok(Outcome::default()),
        }
    }

    /// Takes a member's positions.
    ///
    /// # Errors
    /// The refusal of the first fix that isn't right; those that are, are kept.
    pub async fn take_positions(&self, caller: &Caller, fixes: &[Fix]) -> Result<(), Refusal> {
        self.positions.take(&caller.member, &caller.session, fixes).await
    }
}

fn busy() -> Refusal {
    Refusal::new(Code::Busy, "too much to do, try again")
}

/// A database that can't be read, said to the caller and logged once.
#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
pub fn unreadable(error: sqlx::Error) -> Refusal {
    tracing::error!(%error, "the database can't be read");
    Refusal::new(Code::Busy, "the database can't be read, try again")
}
