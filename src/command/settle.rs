//! Adding places, organisations, teams, members, accounts and rosters: what the demo needs, and
//! an import of people or places.

use super::context::Context;
use super::{Done, Fault};
use crate::auth::About;
use crate::domain::{
    Area, Checkpoint, DistrictId, EscalationUnit, Event, Member, Organisation, RosterEntry,
    ShiftTemplate, Station, Street, Team,
};
use crate::store::account::Account;
use crate::store::{
    account, area, checkpoint, escalation, member, organisation, roster, station, street, template,
};

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

/// Who and what there is in a district, to be added or changed; nothing is taken away.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The district.
    pub district: DistrictId,
    /// Its villages and communities.
    pub areas: Vec<Area>,
    /// Its stations.
    pub stations: Vec<Station>,
    /// Its checkpoints.
    pub checkpoints: Vec<Checkpoint>,
    /// Its streets.
    pub streets: Vec<Street>,
    /// The units of its five-tier tree.
    pub escalation: Vec<EscalationUnit>,
    /// Its organisations.
    pub organisations: Vec<Organisation>,
    /// Its teams.
    pub teams: Vec<Team>,
    /// Its members.
    pub members: Vec<MemberSeed>,
    /// Accounts of some of them.
    pub accounts: Vec<AccountSeed>,
    /// Its templates of shifts.
    pub templates: Vec<ShiftTemplate>,
    /// Who is planned for which shift.
    pub roster: Vec<RosterEntry>,
}

impl Settlement {
    /// Nothing yet, in this district.
    pub fn of(district: DistrictId) -> Self {
        Self {
            district,
            areas: Vec::new(),
            stations: Vec::new(),
            checkpoints: Vec::new(),
            streets: Vec::new(),
            escalation: Vec::new(),
            organisations: Vec::new(),
            teams: Vec::new(),
            members: Vec::new(),
            accounts: Vec::new(),
            templates: Vec::new(),
            roster: Vec::new(),
        }
    }
}

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    settlement: &Settlement,
) -> Result<Done, Fault> {
    cx.map(&settlement.district).await?;
    settle_places(cx, settlement).await?;
    settle_people(cx, settlement).await?;
    for each in &settlement.templates {
        template::upsert(cx.tx, each).await?;
    }
    for each in &settlement.roster {
        roster::upsert(cx.tx, each).await?;
    }
    cx.touch_map(&settlement.district);
    let event = Event::PlacesChanged { district: settlement.district.clone() };
    cx.emit(&settlement.district, event, About::Itself).await?;
    Ok(Done::Stored)
}

async fn settle_places(cx: &mut Context<'_, '_>, settlement: &Settlement) -> Result<(), Fault> {
    for each in &settlement.areas {
        area::upsert(cx.tx, &settlement.district, each).await?;
    }
    for each in &settlement.stations {
        station::upsert(cx.tx, each).await?;
    }
    for each in &settlement.checkpoints {
        checkpoint::upsert(cx.tx, each).await?;
    }
    for each in &settlement.streets {
        street::upsert(cx.tx, each).await?;
    }
    for each in &settlement.escalation {
        escalation::upsert(cx.tx, each).await?;
    }
    Ok(())
}

async fn settle_people(cx: &mut Context<'_, '_>, settlement: &Settlement) -> Result<(), Fault> {
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
    Ok(())
}
