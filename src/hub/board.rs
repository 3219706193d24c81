//! The board: the newest fix of each member on duty, and which audiences are shown it.
//!
//! It must not know sessions or sockets. Invariant: a member is shown to exactly the audiences
//! that the newest update named, and to none once removed; an older fix changes nothing.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::audience::Audience;
use super::frame::Frame;
use crate::domain::{AudienceKey, DistrictId, Fix, MemberBrief, MemberId};

/// Where a member is, as it goes over the bus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PositionUpdate {
    /// The district that they are on duty in.
    pub district: DistrictId,
    /// Who.
    pub member: MemberBrief,
    /// Who may see it.
    pub keys: Vec<AudienceKey>,
    /// Where and when.
    pub fix: Fix,
}

#[derive(Debug, Default)]
pub(super) struct Board {
    members: HashMap<MemberId, Shown>,
    /// Members who were removed, and up to which time their fixes are over: a position may come
    /// over the bus after the sign-off that ends it.
    removed: HashMap<MemberId, i64>,
    audiences: HashMap<u32, Audience>,
    ids: HashMap<AudienceKey, u32>,
    last_id: u32,
}

#[derive(Debug)]
struct Shown {
    brief: Arc<MemberBrief>,
    keys: Vec<AudienceKey>,
    audiences: Vec<u32>,
    at_ms: i64,
}

impl Board {
    /// Takes a member's position, unless it is older than the newest or over. Returns whether it
    /// was taken.
    pub(super) fn apply(&mut self, update: PositionUpdate) -> bool {
        let PositionUpdate { member, keys, fix, .. } = update;
        if self.removed.get(&member.id).is_some_and(|until_ms| fix.at_ms <= *until_ms) {
            return false;
        }
        match self.members.get_mut(&member.id) {
            Some(shown) if fix.at_ms < shown.at_ms => return false,
            Some(shown) => {
                shown.at_ms = fix.at_ms;
                if *shown.brief != member {
                    shown.brief = Arc::new(member);
                }
                if shown.keys == keys {
                    for id in &shown.audiences {
                        if let Some(audience) = self.audiences.get_mut(id) {
                            audience.show(&shown.brief, fix);
                        }
                    }
                    return true;
                }
                let brief = Arc::clone(&shown.brief);
                self.place(&brief, keys, fix);
            }
            None => {
                self.removed.remove(&member.id);
                self.place(&Arc::new(member), keys, fix);
            }
        }
        true
    }

    /// Shows a member to the audiences of these keys and to no others.
    fn place(&mut self, brief: &Arc<MemberBrief>, keys: Vec<AudienceKey>, fix: Fix) {
        let audiences: Vec<u32> = keys.iter().map(|key| self.audience(key)).collect();
        for id in &audiences {
            if let Some(audience) = self.audiences.get_mut(id) {
                audience.show(brief, fix);
            }
        }
        let shown = Shown {
            brief: Arc::clone(brief),
            keys,
            audiences: audiences.clone(),
            at_ms: fix.at_ms,
        };
        let before = self.members.insert(brief.id.clone(), shown);
        for id in before.map(|before| before.audiences).unwrap_or_default() {
            if !audiences.contains(&id)
                && let Some(audience) = self.audiences.get_mut(&id)
            {
                audience.hide(&brief.id);
            }
        }
    }

    fn audience(&mut self, key: &AudienceKey) -> u32 {
        if let Some(id) = self.ids.get(key) {
            return *id;
        }
        self.last_id += 1;
        self.ids.insert(key.clone(), self.last_id);
        self.audiences.insert(self.last_id, Audience::new(self.last_id, key.clone()));
        self.last_id
    }

    /// Removes a member who went off duty; fixes up to `until_ms` (Unix ms) are over.
    pub(super) fn remove(&mut self, member: &MemberId, until_ms: i64) {
        let over = self.removed.entry(member.clone()).or_insert(until_ms);
        *over = until_ms.max(*over);
        let Some(shown) = self.members.remove(member) else { return };
        for id in shown.audiences {
            if let Some(audience) = self.audiences.get_mut(&id) {
                audience.hide(member);
            }
        }
    }

    /// Hides a member from the audiences of these keys.
    pub(super) fn hide(&mut self, member: &MemberId, keys: &[AudienceKey]) {
        let Some(shown) = self.members.get_mut(member) else { return };
        shown.keys.retain(|key| !keys.contains(key));
        for id in keys.iter().filter_map(|key| self.ids.get(key)) {
            shown.audiences.retain(|shown| shown != id);
            if let Some(audience) = self.audiences.get_mut(id) {
                audience.hide(member);
            }
        }
    }

    /// One frame for each audience that changed and is watched; what the others have missed is
    /// forgotten, and an audience with neither units nor watchers with it.
    pub(super) fn tick(
        &mut self,
        watched: impl Fn(&AudienceKey) -> bool,
    ) -> Vec<(AudienceKey, Arc<Frame>)> {
        let mut frames = Vec::new();
        let ids = &mut self.ids;
        self.audiences.retain(|_, audience| {
            if watched(&audience.key) {
                frames.extend(audience.tick().map(|frame| (audience.key.clone(), frame)));
                return true;
            }
            audience.discard();
            if audience.is_empty() {
                ids.remove(&audience.key);
            }
            !audience.is_empty()
        });
        frames
    }

    /// The audience of a key, if any member was shown to it.
    pub(super) fn id(&self, key: &AudienceKey) -> Option<u32> {
        self.ids.get(key).copied()
    }

    /// All that an audience is shown.
    pub(super) fn full(&mut self, audience: u32) -> Option<Arc<Frame>> {
        self.audiences.get_mut(&audience)?.full()
    }

    /// Forgets who was removed before `before_ms`: no fix of theirs can arrive any more.
    pub(super) fn forget_removed(&mut self, before_ms: i64) {
        self.removed.retain(|_, until_ms| *until_ms >= before_ms);
    }

    /// How many members are shown.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Force;
    use crate::spatial::Point;

    fn district() -> DistrictId {
        DistrictId::from("d")
    }

    fn update(at_ms: i64, keys: &[AudienceKey]) -> PositionUpdate {
        let point = Point::new(113.0, 30.0).unwrap();
        PositionUpdate {
            district: district(),
            member: MemberBrief {
                id: "m".into(),
                name: "m".to_owned(),
                force: Force::Guard,
                team: None,
            },
            keys: keys.to_vec(),
            fix: Fix { at_ms, point, speed_mps: None, heading_deg: None, accuracy_m: None },
        }
    }

    fn shown(board: &mut Board, key: &AudienceKey) -> Vec<i64> {
        let Some(id) = board.id(key) else { return Vec::new() };
        board.full(id).unwrap().units.iter().map(|unit| unit.fix.at_ms).collect()
    }

    #[test]
    fn an_older_fix_and_one_of_an_ended_shift_change_nothing() {
        let desk = AudienceKey::desk(&district());
        let keys = [desk.clone()];
        let mut board = Board::default();
        for (at_ms, taken) in [(10, true), (9, false), (11, true)] {
            assert_eq!(board.apply(update(at_ms, &keys)), taken, "{at_ms}");
        }
        board.tick(|_| true);
        assert_eq!(shown(&mut board, &desk), [11]);
        board.remove(&"m".into(), 20);
        board.tick(|_| true);
        assert!(!board.apply(update(20, &keys)));
        assert!(shown(&mut board, &desk).is_empty());
        assert!(board.apply(update(21, &keys)));
        board.forget_removed(1_000);
        assert_eq!(board.len(), 1);
    }

    #[test]
    fn a_member_is_shown_to_the_newest_keys_only() {
        let (desk, police) = (AudienceKey::desk(&district()), AudienceKey::police(&district()));
        let mut board = Board::default();
        board.apply(update(1, std::slice::from_ref(&desk)));
        board.tick(|_| true);
        board.apply(update(2, std::slice::from_ref(&police)));
        let frames = board.tick(|_| true);
        assert!(shown(&mut board, &desk).is_empty());
        assert_eq!(shown(&mut board, &police), [2]);
        assert_eq!(frames.len(), 2);
    }

    #[test]
    fn a_member_is_hidden_from_one_audience_until_an_update_names_it_again() {
        let (desk, police) = (AudienceKey::desk(&district()), AudienceKey::police(&district()));
        let mut board = Board::default();
        board.apply(update(1, &[desk.clone(), police.clone()]));
        board.tick(|_| true);
        board.hide(&"m".into(), std::slice::from_ref(&police));
        board.tick(|_| true);
        assert_eq!((shown(&mut board, &desk).len(), shown(&mut board, &police).len()), (1, 0));
        board.apply(update(2, &[desk.clone(), police.clone()]));
        board.tick(|_| true);
        assert_eq!((shown(&mut board, &desk), shown(&mut board, &police)), (vec![2], vec![2]));
    }

    #[test]
    fn an_audience_with_neither_units_nor_watchers_is_forgotten() {
        let desk = AudienceKey::desk(&district());
        let mut board = Board::default();
        board.apply(update(1, std::slice::from_ref(&desk)));
        board.remove(&"m".into(), 1);
        board.tick(|_| true);
        assert_eq!(board.id(&desk), Some(1));
        board.tick(|_| false);
        assert_eq!(board.id(&desk), None);
    }
}
