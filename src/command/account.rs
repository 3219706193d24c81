//! What administrators do with accounts, and what their owners do with their passwords.
//!
//! It must not know passwords: it is handed hashes.

use super::context::Context;
use super::end_sessions::{self, Which};
use super::{Done, Fault};
use crate::auth::{Action, Object, token};

use crate::domain::{
    AccountId, AuditAction, AuditNote, DistrictId, JournalFact, Member, MemberId, SessionId,
};
use crate::protocol::{Code, Refusal};
use crate::store::account::{self, Account};
use crate::store::{member, sign_in_failure};

/// The shortest and the longest account name, in characters.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 3..=32;

/// What becomes of an account.
#[derive(Debug, Clone)]
pub enum AccountStep {
    /// It is made, with a password that must be changed.
    Make {
        /// What its owner types.
        username: String,
        /// The password's hash.
        hash: String,
    },
    /// It gets another password, which must be changed.
    Reset {
        /// The password's hash.
        hash: String,
    },
    /// Its name is no longer locked.
    Unlock,
    /// Nobody signs in with it until it is enabled.
    Disable,
    /// It can be used again.
    Enable,
    /// Its sessions end.
    EndSessions,
}

/// Another hash for the own account.
#[derive(Debug, Clone)]
pub struct NewPassword {
    /// The session that stays.
    pub session: SessionId,
    /// The hash that the old password was held against.
    pub before: String,
    /// The hash of the new one.
    pub hash: String,
}

/// Does it to the account of a member of the district.
pub(super) async fn step(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    id: &MemberId,
    step: &AccountStep,
) -> Result<Done, Fault> {
    cx.allow(Action::ManageAccounts, &Object::district(district))?;
    let member = of_district(cx, district, id).await?;
    if cx.member().is_ok_and(|actor| actor.id == member.id) {
        let message = "another administrator keeps your account; change your password yourself";
        return Err(Refusal::new(Code::Forbidden, message).into());
    }
    let held = account::of(cx.tx, id).await?;
    let action = match (step, held) {
        (AccountStep::Make { username, hash }, None) => make(cx, &member, username, hash).await?,
        (AccountStep::Make { .. }, Some(_)) => {
            return Err(Refusal::new(Code::Conflict, "the member has an account already").into());
        }
        (_, None) => return Err(Refusal::not_found("account").about("member").into()),
        (step, Some(held)) => change(cx, &member, &held, step).await?,
    };
    let note = AuditNote::of(action, format!("member:{}", member.id));
    cx.audit(district, &note, None).await?;
    Ok(Done::Stored)
}

/// A member of this district; of another one there is none to be seen.
pub(super) async fn of_district(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    id: &MemberId,
) -> Result<Member, Fault> {
    let found = member::find(cx.tx, id).await?.filter(|member| member.district == *district);
    Ok(found.ok_or_else(|| Refusal::not_found("member").about("member"))?)
}

async fn make(
    cx: &mut Context<'_, '_>,
    member: &Member,
    username: &str,
    hash: &str,
) -> Result<AuditAction, Fault> {
    check_name(username)?;
    if account::named(cx.tx, username).await?.is_some() {
        let message = "another account has this name";
        return Err(Refusal::new(Code::Conflict, message).about("username").into());
    }
    let made = Account {
        id: AccountId::fresh(),
        member: member.id.clone(),
        username: username.to_owned(),
        password_hash: hash.to_owned(),
        must_change: true,
        disabled_ms: None,
    };
    account::upsert(cx.tx, &made, cx.now_ms).await?;
    Ok(AuditAction::AccountMade)
}

fn check_name(username: &str) -> Result<(), Fault> {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-".contains(&c);
    if NAME_CHARS.contains(&username.len()) && username.bytes().all(plain) {
        return Ok(());
    }
    let message = "3 to 32 of a–z, 0–9, dot, dash and underscore";
    Err(Refusal::invalid("username", message).into())
}

async fn change(
    cx: &mut Context<'_, '_>,
    member: &Member,
    held: &Account,
    step: &AccountStep,
) -> Result<AuditAction, Fault> {
    let ends = |cx| end_sessions::end(cx, &member.district, &member.id, &Which::All);
    let name = token::digest(&held.username);
    Ok(match step {
        AccountStep::Make { .. } => AuditAction::AccountMade,
        AccountStep::Reset { hash } => {
            account::set_password(cx.tx, &held.id, hash, true).await?;
            cx.journal(JournalFact::PasswordChanged { account: held.id.clone() });
            sign_in_failure::forget(cx.tx, &name).await?;
            ends(cx).await?;
            AuditAction::PasswordReset
        }
        AccountStep::Unlock => {
            sign_in_failure::forget(cx.tx, &name).await?;
            AuditAction::Unlocked
        }
        AccountStep::Disable => {
            account::set_disabled(cx.tx, &held.id, Some(cx.now_ms)).await?;
            let account = held.id.clone();
            cx.journal(JournalFact::AccountDisabled { account, disabled: true });
            ends(cx).await?;
            AuditAction::AccountDisabled
        }
        AccountStep::Enable => {
            account::set_disabled(cx.tx, &held.id, None).await?;
            let account = held.id.clone();
            cx.journal(JournalFact::AccountDisabled { account, disabled: false });
            AuditAction::AccountEnabled
        }
        AccountStep::EndSessions => {
            ends(cx).await?;
            AuditAction::SessionsEnded
        }
    })
}

/// Changes the own password, and ends every other session.
pub(super) async fn new_password(
    cx: &mut Context<'_, '_>,
    given: &NewPassword,
) -> Result<Done, Fault> {
    let member = cx.member()?.clone();
    let held = account::of(cx.tx, &member.id).await?;
    let Some(held) = held.filter(|held| held.password_hash == given.before) else {
        return Err(Refusal::new(Code::Conflict, "the password was changed meanwhile").into());
    };
    account::set_password(cx.tx, &held.id, &given.hash, false).await?;
    cx.journal(JournalFact::PasswordChanged { account: held.id });
    let others = Which::AllBut(given.session.clone());
    end_sessions::end(cx, &member.district, &member.id, &others).await?;
    let note = AuditNote::of(AuditAction::PasswordChanged, format!("member:{}", member.id));
    cx.audit(&member.district, &note, None).await?;
    Ok(Done::Stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_names_are_plain() {
        for (name, good) in [
            ("zhang.san", true),
            ("a-1", true),
            ("ab", false),
            ("Zhang", false),
            ("zhang san", false),
            ("张三丰", false),
            (&"a".repeat(33), false),
        ] {
            assert_eq!(check_name(name).is_ok(), good, "{name}");
        }
    }
}
