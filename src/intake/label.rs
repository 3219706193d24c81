//! The words for forces, roles and kinds, as people write them in a table.
//!
//! Invariant: the wire name is always one of them, and no word means two things of one list.

use crate::domain::{Force, OrgKind, Role, StationKind};

/// A closed list that a cell can name.
pub(super) trait Labelled: Sized + Copy + 'static {
    /// What each is called, the name that people know first.
    const LABELS: &'static [(Self, &'static [&'static str])];

    /// The wire name.
    fn wire(self) -> &'static str;

    /// What a cell names.
    fn named(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        let is = |(value, words): &&(Self, &[&str])| {
            value.wire() == lower || words.contains(&lower.as_str())
        };
        Self::LABELS.iter().find(is).map(|(value, _)| *value)
    }

    /// Every one with its first word, for a message: `公安民警/police, …`.
    fn accepted() -> String {
        let each =
            Self::LABELS.iter().map(|(value, words)| format!("{}/{}", words[0], value.wire()));
        each.collect::<Vec<_>>().join(", ")
    }
}

impl Labelled for Force {
    const LABELS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Police, &["公安民警", "民警", "警察"]),
        (Self::Auxiliary, &["巡逻辅警", "辅警"]),
        (Self::Property, &["园区物业", "物业"]),
        (Self::Guard, &["企业保安", "保安"]),
        (Self::Volunteer, &["热心群众", "群众", "志愿者"]),
    ];

    fn wire(self) -> &'static str {
        self.as_str()
    }
}

impl Labelled for Role {
    const LABELS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Patrol, &["巡逻", "巡防", "巡逻员", "巡防员", "队员"]),
        (Self::TeamLeader, &["组长"]),
        (Self::GridWorker, &["微网格员", "网格员"]),
        (Self::Mediator, &["调解员"]),
        (Self::Dispatcher, &["调度员", "调度"]),
        (Self::DutyChief, &["值班长"]),
        (Self::StreetOffice, &["街道办"]),
        (Self::Analyst, &["分析员"]),
        (Self::SystemAdmin, &["系统管理员"]),
        (Self::SecurityAdmin, &["安全管理员"]),
        (Self::AuditAdmin, &["审计管理员"]),
    ];

    fn wire(self) -> &'static str {
        self.as_str()
    }
}

impl Labelled for OrgKind {
    const LABELS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Village, &["村", "村委会", "村民委员会"]),
        (Self::Police, &["警", "公安", "派出所"]),
        (Self::Park, &["园", "园区", "园区物业", "物业公司"]),
        (Self::Company, &["企", "企业", "公司"]),
        (Self::Community, &["社", "社区", "居委会", "居民委员会"]),
    ];

    fn wire(self) -> &'static str {
        self.as_str()
    }
}

impl Labelled for StationKind {
    const LABELS: &'static [(Self, &'static [&'static str])] = &[
        (Self::PoliceOffice, &["警务室"]),
        (Self::MediationRoom, &["调解室"]),
        (Self::LinkStation, &["村企连心驿站", "连心驿站", "驿站"]),
        (Self::MutualAid, &["湾组互助中心", "互助中心"]),
        (Self::SelfGovernment, &["小区自管委", "自管委"]),
        (Self::RallyPoint, &["集结点"]),
    ];

    fn wire(self) -> &'static str {
        self.as_str()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fmt::Debug;

    use super::*;

    const DOCUMENT: &str = include_str!("../../docs/IMPORT.md");

    fn check<L: Labelled + PartialEq + Debug>(all: &[L]) {
        assert_eq!(L::LABELS.len(), all.len());
        let mut words = HashSet::new();
        for value in all {
            let (_, names) = L::LABELS.iter().find(|(labelled, _)| labelled == value).unwrap();
            for name in names.iter().chain([&value.wire()]) {
                assert_eq!(L::named(name), Some(*value));
                assert!(words.insert(*name), "{name} means two things");
                assert!(DOCUMENT.contains(name), "{name} is not in docs/IMPORT.md");
            }
        }
        assert_eq!(L::named("?"), None);
    }

    #[test]
    fn every_word_means_one_thing() {
        check(Force::ALL);
        check(Role::ALL);
        check(OrgKind::ALL);
        check(StationKind::ALL);
        assert_eq!(Force::named("Police"), Some(Force::Police));
        assert!(Force::accepted().starts_with("公安民警/police, 巡逻辅警/auxiliary"));
    }
}
