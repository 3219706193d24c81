//! The app: the handles that every edge works with, and the few things that all edges do alike.
//!
//! It fills what commands need and knows no wire. Cheap to clone.

mod imports;
mod known;
mod load;
pub mod pairing;

use std::sync::Arc;

use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

pub use pairing::Pairing;

use crate::auth::{Actor, password, token};
use crate::clock::Clock;
use crate::command::{Atlas, Command, Done, Personal, Positions, Settlement, Writer};
use crate::domain::{AuditNote, CommandId, District, DistrictId, Fix, Member, MemberId, SessionId};
use crate::feed::Feed;
use crate::hub::Hub;
use crate::protocol::{Code, Outcome, Refusal, Request};
use crate::store::Store;
use crate::store::account::{Session, SessionKind};

pub use imports::{HeldFile, Imports, ReadImport};
pub use known::known;
pub use load::{ALONE_ROWS, Loader, Pace, read_ahead};

/// A browser's session ends after this, in ms: one shift with its handover.
const BROWSER_SESSION_MS: i64 = 12 * 60 * 60 * 1_000;
/// A device's session ends after this, in ms: 30 days.
const DEVICE_SESSION_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Passwords that are hashed at a time: each takes 19 MiB and tens of milliseconds of a core.
const HASHES_AT_A_TIME: usize = 2;
/// Sign-ins that may wait for their turn, some seconds of work; one more is told to try again.
const SIGN_INS_AT_A_TIME: usize = 128;

/// The handles.
#[derive(Clone)]
pub struct App {
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
    /// Files that wait to be imported.
    pub imports: Arc<Imports>,
}

/// Bounds the sign-ins that wait, and the memory and cores that those whose turn it is take.
pub struct Turnstile {
    waiting: Semaphore,
    hashing: Semaphore,
}

impl Default for Turnstile {
    fn default() -> Self {
        Self {
            waiting: Semaphore::new(SIGN_INS_AT_A_TIME),
            hashing: Semaphore::new(HASHES_AT_A_TIME),
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
    /// What holds its token.
    pub kind: SessionKind,
}

/// A session that just began.
pub struct SignedIn {
    /// What the client shows from now on.
    pub token: String,
    /// Who signed in.
    pub member: Member,
    /// How long it lasts, in ms.
    pub lasts_ms: i64,
}

impl App {
    /// Signs a person in. An unknown name and a wrong password look and last alike.
    ///
    /// # Errors
    /// `unauthenticated`, or `busy` when the database can't be read.
    pub async fn sign_in(
        &self,
        username: &str,
        password: &str,
        kind: SessionKind,
    ) -> Result<SignedIn, Refusal> {
        let wrong = || Refusal::new(Code::Unauthenticated, "wrong name or password");
        let too_long = password.len() > password::MAX_BYTES || username.len() > password::MAX_BYTES;
        // PostgreSQL takes no NUL in text, so no account has one.
        if too_long || username.contains('\0') {
            return Err(wrong());
        }
        let account = self.store.account(username).await.map_err(unreadable)?;
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        if !self.verify(password.to_owned(), hash).await? {
            return Err(wrong());
        }
        let member = account.ok_or_else(wrong)?.member;
        self.begin_session(&member, kind).await?.ok_or_else(wrong)
    }

    /// Begins a session of a member who has shown, in whatever way, who they are; none when there
    /// is no such member.
    ///
    /// # Errors
    /// `busy` when the database can't be read.
    pub async fn begin_session(
        &self,
        member: &MemberId,
        kind: SessionKind,
    ) -> Result<Option<SignedIn>, Refusal> {
        let Some(member) = self.store.member(member).await.map_err(unreadable)? else {
            return Ok(None);
        };
        let lasts_ms = match kind {
            SessionKind::Browser => BROWSER_SESSION_MS,
            SessionKind::Device => DEVICE_SESSION_MS,
        };
        let (token, now_ms) = (token::fresh(), self.clock.now_ms());
        let session = Session {
            id: &SessionId::fresh(),
            digest: &token::digest(&token),
            member: &member.id,
            kind,
            created_ms: now_ms,
            expires_ms: now_ms + lasts_ms,
        };
        self.store.begin_session(&session).await.map_err(unreadable)?;
        Ok(Some(SignedIn { token, member, lasts_ms }))
    }

    async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Refusal> {
        let _place = self.turnstile.waiting.try_acquire().map_err(|_| busy())?;
        let _turn = self.turnstile.hashing.acquire().await.map_err(|_| busy())?;
        tokio::task::spawn_blocking(move || password::verify(&password, hash.as_deref()))
            .await
            .map_err(|_| busy())
    }

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
    /// `unauthenticated`, or `busy` when the database can't be read.
    pub async fn caller_of(&self, token: Option<&str>) -> Result<Caller, Refusal> {
        let nobody = || Refusal::new(Code::Unauthenticated, "sign in first");
        let digest = token::digest(token.ok_or_else(nobody)?);
        let found = self.store.session(&digest, self.clock.now_ms()).await.map_err(unreadable)?;
        let (member, session, kind) = found.ok_or_else(nobody)?;
        Ok(Caller { member, session, kind })
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

    /// Ends a token's session; one that has ended already is no error.
    ///
    /// # Errors
    /// `busy` when the database can't be written.
    pub async fn sign_out(&self, token: &str) -> Result<(), Refusal> {
        self.store.end_session(&token::digest(token)).await.map_err(unreadable)
    }

    /// The districts whose logs a member follows: their own.
    ///
    /// # Errors
    /// `busy` when the database can't be read.
    pub async fn districts_of(&self, member: &Member) -> Result<Vec<District>, Refusal> {
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
        self.positions.take(&caller.member, fixes).await
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
