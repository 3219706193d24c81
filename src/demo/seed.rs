//! Fills an empty folder with the synthetic district, once.

use std::collections::HashSet;

use anyhow::{Context as _, anyhow};

use super::{DemoDistrict, DemoMember, DemoWorld};
use crate::auth::{Actor, password};
use crate::command::{AccountSeed, Command, Failure, MemberSeed, Settlement, Writer};
use crate::domain::{AccountId, District, RosterEntry};
use crate::protocol::Refusal;
use crate::store::Store;
use crate::store::account::Account;
use crate::store::grid::ShapedGrid;

/// The accounts of the demo: name, password, whose. They are printed at every start, so a demo
/// listens on loopback only.
pub const ACCOUNTS: &[(&str, &str, &str)] = &[
    ("dispatch", "Dispatch-2026", "调度员 desk"),
    ("chief", "Chief-2026-Demo", "值班长 desk"),
    ("police", "Police-2026", "公安民警 patrol"),
    ("guard", "Guard-Demo-2026", "企业保安 patrol"),
    ("volunteer", "Volunteer-2026", "热心群众 patrol"),
    ("grid", "Grid-Demo-2026", "微网格员 patrol"),
    ("admin", "Admin-2026-Demo", "系统管理员 admin"),
    ("security", "Security-Demo-2026", "安全管理员 admin"),
    ("audit", "Audit-Demo-2026", "审计管理员 admin"),
];

/// Adds the district, its grids, places, people and the demo's accounts, unless they are there,
/// and the rosters around this moment that are missing. Stopped half-way, the next start does the
/// rest.
///
/// # Errors
/// What the store or the writer says.
pub async fn seed(store: &Store, writer: &Writer, now_ms: i64) -> anyhow::Result<()> {
    let last = ACCOUNTS.last().map_or("", |(name, ..)| name);
    let is_new = store.account(last).await?.is_none();
    let made = tokio::task::spawn_blocking(move || {
        let world = DemoWorld::new();
        let settlement = is_new.then(|| settlement(&world)).transpose()?;
        Ok::<_, anyhow::Error>((world, settlement))
    });
    let (world, settlement) = made.await??;
    let apply = async |command| {
        let done = writer.apply(Actor::System, command).await;
        done.map_err(|failure: Failure| anyhow!(Refusal::from(failure)))
    };
    if let Some(settlement) = settlement {
        apply(district(&world.map)).await.context("the demo's district")?;
        apply(grids(&world.map)).await.context("the demo's micro-grids")?;
        apply(Command::Settle(Box::new(settlement))).await.context("the demo's people")?;
    }
    let mut rosters = Settlement::of(world.map.district.id.clone());
    rosters.roster = missing(store, &world, now_ms).await?;
    if !rosters.roster.is_empty() {
        apply(Command::Settle(Box::new(rosters))).await.context("the demo's rosters")?;
    }
    Ok(())
}

/// The entries around this moment that aren't stored yet.
async fn missing(
    store: &Store,
    world: &DemoWorld,
    now_ms: i64,
) -> anyhow::Result<Vec<RosterEntry>> {
    let district = &world.map.district;
    let mut planned = world.rosters(&district.timezone.parse()?, now_ms);
    let from_ms = planned.iter().map(|entry| entry.starts_ms).min().unwrap_or(now_ms);
    let to_ms = planned.iter().map(|entry| entry.ends_ms).max().unwrap_or(now_ms);
    let stored = store.roster(&district.id, (from_ms, to_ms), None).await?;
    let known: HashSet<_> = stored.into_iter().map(|entry| entry.id).collect();
    planned.retain(|entry| !known.contains(&entry.id));
    Ok(planned)
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

fn settlement(world: &DemoWorld) -> anyhow::Result<Settlement> {
    let DemoWorld { map, places, people, .. } = world;
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
            must_change: false,
            disabled_ms: None,
        }));
    }
    let seed = |each: &DemoMember| MemberSeed {
        member: each.member.clone(),
        phone: Some(each.phone.clone()),
    };
    Ok(Settlement {
        areas: map.areas.iter().map(|each| each.area.clone()).collect(),
        stations: places.stations.clone(),
        checkpoints: places.checkpoints.clone(),
        streets: places.streets.clone(),
        escalation: places.escalation.clone(),
        organisations: people.orgs.clone(),
        teams: people.teams.clone(),
        members: people.members.iter().map(seed).collect(),
        accounts,
        templates: world.templates(),
        ..Settlement::of(map.district.id.clone())
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
