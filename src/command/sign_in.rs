//! Signing in: what was typed was held against the account before; here it counts.
//!
//! Invariant: a name that is nobody's goes the same way, and leaves the same behind, as a wrong
//! password.

use super::context::Context;
use super::{Done, Fault};
use crate::auth::lockout::{Failures, LOCK_MS};
use crate::auth::seat;

use crate::domain::{AccountId, AuditAction, AuditNote, DistrictId, Member, MemberId, SessionId};
use crate::protocol::{Code, Refusal};
use crate::store::session::{CONSOLE_MS, DEVICE_MS, Session, SessionKind};
use crate::store::{account, audit, member, session, sign_in_failure};

/// A try to sign in.
#[derive(Debug, Clone)]
pub struct SignInTry {
    /// The digest of what was typed as a name.
    pub name: String,
    /// The account of this name, if there is one.
    pub account: Option<AccountId>,
    /// The hash that the password was found to fit, if it fits.
    pub fits: Option<String>,
    /// The digest of the token that the session would have.
    pub digest: String,
}

/// A session that just began.
#[derive(Debug, Clone, PartialEq)]
pub struct Began {
    /// Whose it is.
    pub member: Member,
    /// Its id.
    pub session: SessionId,
    /// Where it lives.
    pub kind: SessionKind,
    /// How long it lasts at most, in ms.
    pub lasts_ms: i64,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
}

/// The answer to whoever can't be let in, whatever the reason is.
pub(super) fn wrong() -> Refusal {
    Refusal::new(Code::Unauthenticated, "wrong name or password")
}

/// The answer for a name that is locked.
pub(crate) fn locked(until_ms: i64) -> Refusal {
    let message = "too many wrong tries: the account is locked for a while";
    Refusal { at_ms: Some(until_ms), ..Refusal::new(Code::Locked, message) }
}

pub(super) async fn apply(cx: &mut Context<'_, '_>, given: &SignInTry) -> Result<Done, Fault> {
    let earlier = sign_in_failure::find(cx.tx, &given.name).await?;
    if let Some(until_ms) = earlier.and_then(|earlier| earlier.locked_until_ms(cx.now_ms)) {
        // Others that were typed at the same time count no more, and neither does a right one.
        return Ok(Done::Denied(locked(until_ms)));
    }
    let found = match &given.account {
        Some(id) => account::find(cx.tx, id).await?,
        None => None,
    };
    let fits = |account: &account::Account| {
        account.disabled_ms.is_none() && given.fits.as_ref() == Some(&account.password_hash)
    };
    let Some(account) = found.clone().filter(fits) else {
        let whose = found.map(|account| account.member);
        return fail(cx, given, earlier, whose.as_ref()).await;
    };
    sign_in_failure::forget(cx.tx, &given.name).await?;
    account::signed_in(cx.tx, &account.id, cx.now_ms).await?;
    begin(cx, &account.member, &given.digest).await
}

/// Begins a session of whoever showed a code that another screen shows.
pub(super) async fn pair(
    cx: &mut Context<'_, '_>,
    member: &MemberId,
    digest: &str,
) -> Result<Done, Fault> {
    if cx.actor.member().is_some() {
        return Err(Refusal::new(Code::Forbidden, "for the system alone").into());
    }
    begin(cx, member, digest).await
}

async fn fail(
    cx: &mut Context<'_, '_>,
    given: &SignInTry,
    earlier: Option<Failures>,
    whose: Option<&MemberId>,
) -> Result<Done, Fault> {
    let failures = Failures::after(earlier, cx.now_ms);
    sign_in_failure::purge(cx.tx, cx.now_ms - LOCK_MS).await?;
    sign_in_failure::keep(cx.tx, &given.name, failures).await?;
    let member = match whose {
        Some(member) => member::find(cx.tx, member).await?,
        None => None,
    };
    // What nobody is called is written down where the whole installation's doings are.
    let district = member.as_ref().map_or_else(DistrictId::installation, |m| m.district.clone());
    let until_ms = failures.locked_until_ms(cx.now_ms);
    let action = if until_ms.is_some() { AuditAction::Locked } else { AuditAction::SignInFailed };
    let object = member.map_or_else(|| "account".to_owned(), |m| format!("member:{}", m.id));
    let note = AuditNote::of(action, object);
    cx.audit(&district, &note, None).await?;
    Ok(Done::Denied(until_ms.map_or_else(wrong, locked)))
}

/// Begins a session of a member who has shown who they are.
async fn begin(cx: &mut Context<'_, '_>, id: &MemberId, digest: &str) -> Result<Done, Fault> {
    let Some(member) = member::find(cx.tx, id).await? else {
        return Ok(Done::Denied(wrong()));
    };
    let kind = if seat(&member).has_console() { SessionKind::Console } else { SessionKind::Device };
    let lasts_ms = match kind {
        SessionKind::Console => CONSOLE_MS,
        SessionKind::Device => DEVICE_MS,
    };
    let begun = Session {
        id: &SessionId::fresh(),
        digest,
        member: &member.id,
        kind,
        created_ms: cx.now_ms,
        expires_ms: cx.now_ms + lasts_ms,
    };
    session::begin(cx.tx, &begun).await?;
    let note = AuditNote {
        detail: Some(format!("{} session:{}", kind.as_str(), begun.id)),
        ..AuditNote::of(AuditAction::SignedIn, format!("member:{}", member.id))
    };
    // Nobody asked yet who could be named; from here on it is they.
    let who = (cx.now_ms, Some(&member.id));
    audit::append(cx.tx, &member.district, who, &note, None).await?;
    let must_change = account::of(cx.tx, &member.id).await?.is_some_and(|held| held.must_change);
    let session = begun.id.clone();
    Ok(Done::Began(Box::new(Began { member, session, kind, lasts_ms, must_change })))
}
