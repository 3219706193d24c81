//! Rosters: every shift has its people, and everybody has their rest.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{TUESDAY_EVENING_MS, WORLD, zone};
use crate::domain::{Force, MemberId, RosterEntry, TemplateId};

const HOUR_MS: i64 = 3_600_000;

/// The rosters of four weeks, made day by day.
fn four_weeks() -> Vec<RosterEntry> {
    let days = (0..28).step_by(3).map(|day| TUESDAY_EVENING_MS + day * 24 * HOUR_MS);
    let mut all: Vec<_> = days.flat_map(|now_ms| WORLD.rosters(&zone(), now_ms)).collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup();
    all
}

#[test]
fn nobody_is_booked_twice_or_without_eight_hours_of_rest() {
    let all = four_weeks();
    let ids: HashSet<_> = all.iter().map(|entry| &entry.id).collect();
    assert_eq!(ids.len(), all.len(), "days that overlap agree");
    let mut of_member = HashMap::<&MemberId, Vec<(i64, i64)>>::new();
    for entry in &all {
        assert!(entry.starts_ms < entry.ends_ms);
        of_member.entry(&entry.member).or_default().push((entry.starts_ms, entry.ends_ms));
    }
    for (member, mut times) in of_member {
        times.sort_unstable();
        for pair in times.windows(2) {
            assert!(pair[1].0 - pair[0].1 >= 8 * HOUR_MS, "{member} {pair:?}");
        }
    }
}

#[test]
fn every_shift_has_its_forces_its_headcount_and_its_lead() {
    let templates: HashMap<TemplateId, _> =
        WORLD.templates().into_iter().map(|template| (template.id.clone(), template)).collect();
    let force: HashMap<_, _> =
        WORLD.people.members.iter().map(|m| (&m.member.id, m.member.force)).collect();
    let mut shifts = BTreeMap::<(&TemplateId, i64), Vec<Force>>::new();
    let all = four_weeks();
    for entry in &all {
        shifts.entry((&entry.template, entry.starts_ms)).or_default().push(force[&entry.member]);
    }
    for ((id, starts_ms), present) in shifts {
        let template = &templates[id];
        let there = |force: &Force| present.contains(force);
        assert!(template.forces.iter().all(there), "{id} {starts_ms} {present:?}");
        assert!(present.len() >= usize::try_from(template.headcount).unwrap(), "{id}");
        assert!(!template.police_lead_required || there(&Force::Police), "{id}");
        let weekday = zone().weekday(starts_ms).to_monday_one_offset().unsigned_abs();
        assert!(template.weekdays.is_empty() || template.weekdays.contains(&weekday), "{id}");
    }
}

#[test]
fn the_templates_are_those_of_the_domain_page() {
    let templates = WORLD.templates();
    let count = |name: &str| templates.iter().filter(|t| t.name.starts_with(name)).count();
    for (name, places) in [
        ("园区夜巡", 8),
        ("社区晚巡", 2),
        ("湾组联防", 20),
        ("护学岗", 3),
        ("养殖区防盗巡", 2),
        ("夜经济带晚巡", 1),
        ("日间巡防", 8),
        ("片区车巡", 5),
    ] {
        assert_eq!(count(name), places, "{name}");
    }
    let ids: HashSet<_> = templates.iter().map(|template| &template.id).collect();
    assert_eq!(ids.len(), 49);
    for night in templates.iter().filter(|template| template.name.starts_with("园区夜巡")) {
        assert_eq!((night.laps, night.checkpoints.len()), (2, 14), "{}", night.name);
        assert_eq!(night.forces.len(), 5);
    }
    assert!(templates.iter().all(|template| template.checkpoints.len() > 1));
}

#[test]
fn all_five_forces_are_out_in_the_evening_and_somebody_always() {
    let force: HashMap<_, _> =
        WORLD.people.members.iter().map(|m| (&m.member.id, m.member.force)).collect();
    let midnight_ms = TUESDAY_EVENING_MS - 20 * HOUR_MS - 5 * 60_000;
    let all = WORLD.rosters(&zone(), TUESDAY_EVENING_MS);
    for half_hour in 0..=96 {
        let now_ms = midnight_ms + half_hour * HOUR_MS / 2;
        let out: Vec<_> =
            all.iter().filter(|e| (e.starts_ms..e.ends_ms).contains(&now_ms)).collect();
        let forces: HashSet<_> = out.iter().map(|entry| force[&entry.member]).collect();
        let hour = half_hour / 2 % 24;
        let (least, most) = match hour {
            20..24 => (58, 70),
            0..2 => (55, 70),
            8..20 => (34, 84),
            _ => (10, 30),
        };
        assert!((least..=most).contains(&out.len()), "{} at {hour}", out.len());
        assert!(!matches!(hour, 8..24 | 0..2) || forces.len() == 5, "{forces:?} at {hour}");
    }
}

#[test]
fn visitors_are_on_tonights_roster() {
    let tonight = WORLD.rosters(&zone(), TUESDAY_EVENING_MS);
    for account in ["police", "guard", "volunteer", "grid"] {
        let member = MemberId::from(format!("demo-{account}"));
        let entries = tonight.iter().filter(|entry| entry.member == member);
        assert_eq!(entries.count(), 4, "{account} on each of four days");
    }
    let is_out =
        |entry: &&RosterEntry| (entry.starts_ms..entry.ends_ms).contains(&TUESDAY_EVENING_MS);
    let out: HashSet<_> = tonight.iter().filter(is_out).map(|entry| &entry.member).collect();
    let simulated = WORLD.rostered().into_iter().filter(|m| out.contains(&m.member.id));
    assert_eq!((out.len(), simulated.count()), (68, 64));
    let rostered: HashSet<_> = WORLD.rostered().iter().map(|m| &m.member.id).collect();
    assert_eq!(rostered.len(), WORLD.rostered().len(), "nobody is in two crews");
}
