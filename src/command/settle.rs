//! Adding organisations, teams, members and accounts: what the demo needs, and an import of
//! people.

use super::context::Context;
use super::{Done, Fault};
use crate::domain::{Area, DistrictId, Member, Organisation, Team};
use crate::store::account::Account;
use crate::store::{account, area, member, organisation};

/// A member with what is kept apart from them.
#[derive(Debug, Clone)]
pub struct MemberSeed {
    /// The member.
    pub member: Member,
    /// Their phone number.
    pub phone: Option<String>,
}

/// An account to make.
#[derive(Clone)]
pub struct AccountSeed(pub Account);

impl std::fmt::Debug for AccountSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccountSeed({})", self.0.id)
    }
}

/// Who there is in a district.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The district.
    pub district: DistrictId,
    /// Its villages and communities.
    pub areas: Vec<Area>,
    /// Its organisations.
    pub organisations: Vec<Organisation>,
    /// Its teams.
    pub teams: Vec<Team>,
    /// Its members.
    pub members: Vec<MemberSeed>,
    /// Accounts of some of them.
    pub accounts: Vec<AccountSeed>,
}

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    settlement: &Settlement,
) -> Result<Done, Fault> {
    cx.map(&settlement.district).await?;
    for each in &settlement.areas {
        area::upsert(cx.tx, &settlement.district, each).await?;
    }
    for each in &settlement.organisations {
        organisation::upsert(cx.tx, each).await?;
    }
    for each in &settlement.teams {
        organisation::upsert_team(cx.tx, each).await?;
    }
    for each in &settlement.members {
        member::upsert(cx.tx, &each.member).await?;
        if let Some(phone) = &each.phone {
            member::set_phone(cx.tx, &each.member.id, phone).await?;
        }
    }
    for AccountSeed(each) in &settlement.accounts {
        account::upsert(cx.tx, each, cx.now_ms).await?;
    }
    cx.touch_map(&settlement.district);
    Ok(Done::Stored)
}
