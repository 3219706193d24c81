//! Fills an empty folder with the synthetic district, once.

use anyhow::{Context as _, anyhow};

use super::{DemoDistrict, DemoPeople};
use crate::auth::{Actor, password};
use crate::command::{AccountSeed, Command, Failure, MemberSeed, Settlement, Writer};
use crate::domain::{AccountId, District};
use crate::protocol::Refusal;
use crate::store::Store;
use crate::store::account::Account;
use crate::store::grid::ShapedGrid;

/// The accounts of the demo: name, password, whose. They are printed at every start, so a demo
/// listens on loopback only.
pub const ACCOUNTS: &[(&str, &str, &str)] = &[
    ("dispatch", "Dispatch-2026", "调度员 desk"),
    ("police", "Police-2026", "公安民警 patrol"),
    ("guard", "Guard-Demo-2026", "企业保安 patrol"),
    ("volunteer", "Volunteer-2026", "热心群众 patrol"),
];

/// Adds the district, its grids, its people and the demo's accounts, unless they are there.
/// Stopped half-way, the next start does the rest.
///
/// # Errors
/// What the store or the writer says.
pub async fn seed(store: &Store, writer: &Writer) -> anyhow::Result<()> {
    let last = ACCOUNTS.last().map_or("", |(name, ..)| name);
    if store.account(last).await?.is_some() {
        return Ok(());
    }
    let map = super::district();
    let people = super::people(&map);
    let apply = async |command| {
        let done = writer.apply(Actor::System, command).await;
        done.map_err(|failure: Failure| anyhow!(Refusal::from(failure)))
    };
    apply(district(&map)).await.context("the demo's district")?;
    apply(grids(&map)).await.context("the demo's micro-grids")?;
    let settlement = tokio::task::spawn_blocking(move || settlement(&map, people)).await??;
    apply(Command::Settle(Box::new(settlement))).await.context("the demo's people")?;
    Ok(())
}

fn district(map: &DemoDistrict) -> Command {
    let district = District { demo: true, ..map.district.clone() };
    let outline = serde_json::to_string(&map.outline).ok();
    Command::ImportDistrict { district, outline }
}

fn grids(map: &DemoDistrict) -> Command {
    let grids = map
        .grids
        .iter()
        .map(|each| ShapedGrid {
            grid: each.grid.clone(),
            shape: serde_json::to_string(&each.shape).unwrap_or_default(),
        })
        .collect();
    Command::ImportGrids { district: map.district.id.clone(), grids, checked: false }
}

fn settlement(map: &DemoDistrict, people: DemoPeople) -> anyhow::Result<Settlement> {
    let mut accounts = Vec::new();
    for member in &people.members {
        let Some(name) = member.account else { continue };
        let (_, password, _) = ACCOUNTS
            .iter()
            .find(|(known, ..)| *known == name)
            .ok_or_else(|| anyhow!("no password for the demo account {name}"))?;
        accounts.push(AccountSeed(Account {
            id: AccountId::from(format!("demo-{name}")),
            member: member.member.id.clone(),
            username: name.to_owned(),
            password_hash: password::hash(password).map_err(|error| anyhow!("{error}"))?,
        }));
    }
    Ok(Settlement {
        district: map.district.id.clone(),
        areas: map.areas.iter().map(|each| each.area.clone()).collect(),
        organisations: people.orgs,
        teams: people.teams,
        members: people
            .members
            .into_iter()
            .map(|each| MemberSeed { member: each.member, phone: Some(each.phone) })
            .collect(),
        accounts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_passwords_keep_the_rule_and_every_account_has_a_person() {
        for (name, password, _) in ACCOUNTS {
            assert_eq!(password::check(password), Ok(()), "{name}");
        }
        let map = super::super::district();
        let people = super::super::people(&map);
        let named: Vec<_> = people.members.iter().filter_map(|m| m.account).collect();
        assert_eq!(named.len(), ACCOUNTS.len());
        for (name, ..) in ACCOUNTS {
            assert!(named.contains(name), "{name}");
        }
    }
}
