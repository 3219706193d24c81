//! The first start: one system administrator of the installation, whose password works once.

use super::context::Context;
use super::{Done, Fault};

use crate::domain::{
    AccountId, AuditAction, AuditNote, DistrictId, Force, Member, MemberId, OrgId, Role,
};
use crate::protocol::{Code, Refusal};
use crate::store::account::{self, Account};
use crate::store::{log, member};

/// The first administrator's account name.
pub const FIRST_ADMIN: &str = "admin";

/// Makes the administrator unless the installation has one; whether it did.
pub(super) async fn apply(cx: &mut Context<'_, '_>, hash: &str) -> Result<Done, Fault> {
    if cx.actor.member().is_some() {
        return Err(Refusal::new(Code::Forbidden, "for the system alone").into());
    }
    let installation = DistrictId::installation();
    // Two nodes that start at once don't both find nobody.
    log::ensure(cx.tx, &installation).await?;
    if member::any_with_role(cx.tx, &installation, Role::SystemAdmin).await? {
        return Ok(Done::Stored);
    }
    let admin = Member {
        id: MemberId::fresh(),
        district: installation.clone(),
        org: OrgId::from(installation.as_str()),
        // A force has rights of its own; this is the one with the fewest.
        force: Force::Volunteer,
        role: Role::SystemAdmin,
        team: None,
        grid: None,
        name: "系统管理员".to_owned(),
    };
    member::upsert(cx.tx, &admin).await?;
    let account = Account {
        id: AccountId::fresh(),
        member: admin.id.clone(),
        username: FIRST_ADMIN.to_owned(),
        password_hash: hash.to_owned(),
        must_change: true,
        disabled_ms: None,
    };
    account::upsert(cx.tx, &account, cx.now_ms).await?;
    let note = AuditNote::of(AuditAction::AccountMade, format!("member:{}", admin.id));
    cx.audit(&installation, &note, None).await?;
    Ok(Done::Member(Box::new(admin)))
}
