//! Signing in and what follows from it: sessions, activity, the own password.
//!
//! Hashing is done here, outside every transaction and bounded; what it means is the command's.

use std::net::IpAddr;
use std::sync::atomic::Ordering;

use super::{App, Caller, busy, unreadable};
use crate::auth::{Actor, password, token};
use crate::command::{Began, Command, Done, NewPassword, SignInTry, Which};
use crate::domain::{MemberId, SessionId};
use crate::protocol::{Code, Refusal};

/// A session that just began.
pub struct SignedIn {
    /// What the client shows from now on.
    pub token: String,
    /// What began.
    pub began: Began,
}

impl App {
    /// Signs a person in. An unknown name and a wrong password look and last alike; only failures
    /// count against the address.
    ///
    /// # Errors
    /// `unauthenticated`, `locked` with the time that it ends, `too_many` for an address, or
    /// `busy` when the database can't be read.
    pub async fn sign_in(
        &self,
        username: &str,
        password: &str,
        from: Option<IpAddr>,
    ) -> Result<SignedIn, Refusal> {
        let now_ms = self.clock.now_ms();
        if let Some(at_ms) = from.and_then(|from| self.addresses.closed_until_ms(from, now_ms)) {
            let refusal = Refusal::new(Code::TooMany, "too many failed sign-ins from this address");
            return Err(Refusal { at_ms: Some(at_ms), ..refusal });
        }
        let signed_in = self.try_sign_in(username, password).await;
        let failed =
            |refusal: &Refusal| matches!(refusal.code, Code::Unauthenticated | Code::Locked);
        if let (Some(from), true) = (from, signed_in.as_ref().is_err_and(failed)) {
            self.addresses.failed(from, now_ms);
        }
        signed_in
    }

    async fn try_sign_in(&self, username: &str, password: &str) -> Result<SignedIn, Refusal> {
        let too_long = password.len() > password::MAX_BYTES || username.len() > password::MAX_BYTES;
        // PostgreSQL takes no NUL in text, so no account has one.
        if too_long || username.contains('\0') {
            return Err(Refusal::new(Code::Unauthenticated, "wrong name or password"));
        }
        let name = token::digest(username);
        self.refuse_locked(&name).await?;
        let account = self.store.account(username).await.map_err(unreadable)?;
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        let fits = self.verify(password.to_owned(), hash.clone()).await?;
        let token = token::fresh();
        let given = SignInTry {
            name,
            account: account.map(|account| account.id),
            fits: hash.filter(|_| fits),
            digest: token::digest(&token),
        };
        self.begin(Command::SignIn(given), token).await
    }

    /// Whoever guesses gets no hash computed for a name that is locked.
    async fn refuse_locked(&self, name: &str) -> Result<(), Refusal> {
        let failures = self.store.sign_in_failures(name).await.map_err(unreadable)?;
        match failures.and_then(|failures| failures.locked_until_ms(self.clock.now_ms())) {
            Some(until_ms) => Err(crate::command::locked(until_ms)),
            None => Ok(()),
        }
    }

    /// Begins a session of a member who has shown, by pairing, who they are.
    ///
    /// # Errors
    /// `unauthenticated` when there is no such member, `busy` when it can't be stored.
    pub async fn begin_session(&self, member: &MemberId) -> Result<SignedIn, Refusal> {
        let token = token::fresh();
        let command = Command::Pair { member: member.clone(), digest: token::digest(&token) };
        self.begin(command, token).await
    }

    async fn begin(&self, command: Command, token: String) -> Result<SignedIn, Refusal> {
        match self.writer.apply(Actor::System, command).await? {
            Done::Began(began) => Ok(SignedIn { token, began: *began }),
            Done::Denied(refusal) => Err(refusal),
            _ => Err(busy()),
        }
    }

    async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Refusal> {
        let _place = self.turnstile.waiting.try_acquire().map_err(|_| busy())?;
        let _turn = self.turnstile.hashing.acquire().await.map_err(|_| busy())?;
        self.turnstile.verified.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("xunfang_password_verifications_total").increment(1);
        tokio::task::spawn_blocking(move || password::verify(&password, hash.as_deref()))
            .await
            .map_err(|_| busy())
    }

    /// How many passwords were held against a hash so far: a name that nobody has costs one too.
    pub fn verifications(&self) -> u64 {
        self.turnstile.verified.load(Ordering::Relaxed)
    }

    /// A new password's hash.
    ///
    /// # Errors
    /// `busy` when too many are hashed already.
    pub(super) async fn hash(&self, password: String) -> Result<String, Refusal> {
        let _place = self.turnstile.waiting.try_acquire().map_err(|_| busy())?;
        let _turn = self.turnstile.hashing.acquire().await.map_err(|_| busy())?;
        let hashed = tokio::task::spawn_blocking(move || password::hash(&password)).await;
        hashed.map_err(|_| busy())?.map_err(|error| {
            tracing::error!(%error, "a password could not be hashed");
            Refusal::new(Code::Internal, "the password could not be hashed")
        })
    }

    /// Changes the caller's password and ends their other sessions.
    ///
    /// # Errors
    /// `invalid` for a wrong old password or a weak new one, `locked`, or what the writer says.
    pub async fn change_password(
        &self,
        caller: &Caller,
        old: &str,
        new: &str,
    ) -> Result<(), Refusal> {
        password::check(new).map_err(|weak| Refusal::invalid("new", weak.to_string()))?;
        if old == new {
            return Err(Refusal::invalid("new", "the new password is the old one"));
        }
        let wrong = || Refusal::invalid("old", "the old password is wrong");
        let found = self.store.account_of(&caller.member.id).await.map_err(unreadable)?;
        let account = found.ok_or_else(|| Refusal::not_found("account"))?;
        let name = token::digest(&account.username);
        self.refuse_locked(&name).await?;
        let too_long = old.len() > password::MAX_BYTES;
        let before = account.password_hash.clone();
        if too_long || !self.verify(old.to_owned(), Some(before.clone())).await? {
            // Guessing at an open console is guessing too.
            let given = SignInTry {
                name,
                account: Some(account.id),
                fits: None,
                digest: token::digest(&token::fresh()),
            };
            return match self.writer.apply(Actor::System, Command::SignIn(given)).await? {
                Done::Denied(refusal) if refusal.code == Code::Locked => Err(refusal),
                _ => Err(wrong()),
            };
        }
        let hash = self.hash(new.to_owned()).await?;
        let session = caller.session.clone();
        let command = Command::NewPassword(NewPassword { session, before, hash });
        self.writer.apply(Actor::Member(caller.member.clone()), command).await?;
        Ok(())
    }

    /// Ends sessions of the caller's own.
    ///
    /// # Errors
    /// What the writer says.
    pub async fn end_sessions(&self, caller: &Caller, which: Which) -> Result<(), Refusal> {
        let actor = Actor::Member(caller.member.clone());
        self.writer.apply(actor, Command::EndSessions(which)).await?;
        Ok(())
    }

    /// Keeps that somebody is at this session's screen.
    ///
    /// # Errors
    /// What the writer says.
    pub async fn touch(&self, session: &SessionId) -> Result<(), Refusal> {
        self.writer.apply(Actor::System, Command::Touch(session.clone())).await?;
        Ok(())
    }
}
