//! One audience of the board: its units, its dictionary, and what changed since the last tick.
//!
//! Invariant: within a generation an index names one member and is never given to another.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::frame::{Frame, Gone, Unit};
use crate::domain::{AudienceKey, Fix, MemberBrief, MemberId};

/// A dictionary has at most as many entries as its 16-bit indices can name.
pub(super) const MAX_NAMES: usize = 1 << 16;
/// A new generation starts when this many entries name nobody who is shown, and they are the
/// greater part: it costs everybody a full frame, so not sooner.
pub(super) const MAX_RETIRED: usize = 1_024;

#[derive(Debug)]
pub(super) struct Audience {
    pub(super) key: AudienceKey,
    id: u32,
    generation: u32,
    tick: u64,
    /// The dictionary, entries of those who left included.
    names: Vec<Arc<MemberBrief>>,
    shown: HashMap<MemberId, Shown>,
    dirty: HashSet<MemberId>,
    removals: Vec<Gone>,
    /// The dictionary's length at the last tick.
    told_names: usize,
    /// A generation has started that no tick has told yet.
    restarted: bool,
    full: Option<Arc<Frame>>,
}

#[derive(Debug)]
struct Shown {
    index: u16,
    member: Arc<MemberBrief>,
    fix: Fix,
    /// The fix as of the last tick.
    told: Option<Fix>,
}

impl Audience {
    pub(super) fn new(id: u32, key: AudienceKey) -> Self {
        Self {
            key,
            id,
            generation: 1,
            tick: 0,
            names: Vec::new(),
            shown: HashMap::new(),
            dirty: HashSet::new(),
            removals: Vec::new(),
            told_names: 0,
            restarted: false,
            full: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Shows a unit, or moves it. An audience whose indices are all in use shows no more.
    pub(super) fn show(&mut self, member: &Arc<MemberBrief>, fix: Fix) {
        if let Some(unit) = self.shown.get_mut(&member.id) {
            if Arc::ptr_eq(&unit.member, member) {
                unit.fix = fix;
                if !self.dirty.contains(&member.id) {
                    self.dirty.insert(member.id.clone());
                }
                return;
            }
            // An entry of the dictionary never changes: another name needs another index.
            self.hide(&member.id);
        }
        if self.names.len() == MAX_NAMES {
            self.renumber();
        }
        let Ok(index) = u16::try_from(self.names.len()) else { return };
        self.names.push(Arc::clone(member));
        let shown = Shown { index, member: Arc::clone(member), fix, told: None };
        self.shown.insert(member.id.clone(), shown);
        self.dirty.insert(member.id.clone());
    }

    /// Removes a unit.
    pub(super) fn hide(&mut self, member: &MemberId) {
        if let Some(unit) = self.shown.remove(member) {
            self.dirty.remove(member);
            self.full = None;
            if let Some(told) = unit.told {
                let before = told.point;
                self.removals.push(Gone { index: unit.index, member: unit.member, before });
            }
        }
    }

    /// What changed since the last tick, or all of it in a new generation; nothing when nothing did.
    pub(super) fn tick(&mut self) -> Option<Arc<Frame>> {
        let retired = self.names.len() - self.shown.len();
        if retired > MAX_RETIRED && retired > self.shown.len() {
            self.renumber();
        }
        if self.dirty.is_empty() && self.removals.is_empty() && !self.restarted {
            return None;
        }
        self.tick += 1;
        self.full = None;
        if self.restarted {
            self.settle();
            return self.full();
        }
        let units = self.dirty.iter().filter_map(|member| self.shown.get(member));
        let units = units.map(|shown| shown.unit(shown.fix)).collect();
        let frame = Frame {
            audience: self.id,
            generation: self.generation,
            tick: self.tick,
            units,
            removals: std::mem::take(&mut self.removals),
            names: self.names[self.told_names..].to_vec(),
            first_name: self.told_names,
            ..Frame::default()
        };
        self.settle();
        Some(Arc::new(frame))
    }

    /// Forgets what changed: nobody is watching, and whoever starts to gets a full frame.
    fn settle(&mut self) {
        for member in self.dirty.drain() {
            if let Some(shown) = self.shown.get_mut(&member) {
                shown.told = Some(shown.fix);
            }
        }
        self.removals.clear();
        self.told_names = self.names.len();
        self.restarted = false;
    }

    /// As [`Audience::settle`], when no tick told anybody.
    pub(super) fn discard(&mut self) {
        self.full = None;
        self.settle();
    }

    /// All that is shown as of the last tick, built once; who is no longer shown isn't in it.
    pub(super) fn full(&mut self) -> Option<Arc<Frame>> {
        if self.full.is_none() {
            let units = self.shown.values().filter_map(|shown| Some(shown.unit(shown.told?)));
            self.full = Some(Arc::new(Frame {
                audience: self.id,
                generation: self.generation,
                tick: self.tick,
                full: true,
                units: units.collect(),
                names: self.names.clone(),
                ..Frame::default()
            }));
        }
        self.full.clone()
    }

    /// Starts a generation that names only those who are shown.
    fn renumber(&mut self) {
        self.generation += 1;
        self.restarted = true;
        self.full = None;
        self.removals.clear();
        self.names.clear();
        for (unit, index) in self.shown.values_mut().zip(0..=u16::MAX) {
            unit.index = index;
            self.names.push(Arc::clone(&unit.member));
        }
    }
}

impl Shown {
    fn unit(&self, fix: Fix) -> Unit {
        let before = self.told.map(|told| told.point);
        Unit { index: self.index, member: Arc::clone(&self.member), fix, before }
    }
}

#[cfg(test)]
mod tests {
    use super::super::slice::Slice;
    use super::super::viewer::Watch;
    use super::*;
    use crate::domain::{DistrictId, Force};
    use crate::spatial::Point;

    fn member(id: &str) -> Arc<MemberBrief> {
        let name = id.to_owned();
        Arc::new(MemberBrief { id: id.into(), name, force: Force::Guard, team: None })
    }

    fn fix(at_ms: i64) -> Fix {
        let point = Point::new(113.0, 30.0).unwrap();
        Fix { at_ms, point, speed_mps: None, heading_deg: None, accuracy_m: None }
    }

    fn audience() -> Audience {
        Audience::new(7, AudienceKey::desk(&DistrictId::from("d")))
    }

    #[test]
    fn a_tick_tells_what_changed_and_names_what_is_new() {
        let mut audience = audience();
        let (a, b) = (member("a"), member("b"));
        audience.show(&a, fix(1));
        audience.show(&b, fix(1));
        let first = audience.tick().unwrap();
        assert_eq!((first.units.len(), first.names_end(), first.full), (2, 2, false));
        audience.show(&a, fix(2));
        audience.hide(&b.id);
        let second = audience.tick().unwrap();
        assert_eq!((second.units.len(), second.removals.len(), second.names.len()), (1, 1, 0));
        assert_eq!(second.tick, first.tick + 1);
        assert!(audience.tick().is_none());
    }

    #[test]
    fn a_full_frame_is_built_once_a_tick() {
        let mut audience = audience();
        audience.show(&member("a"), fix(1));
        audience.tick().unwrap();
        let full = audience.full().unwrap();
        assert!(Arc::ptr_eq(&full, &audience.full().unwrap()));
        audience.show(&member("b"), fix(1));
        audience.tick().unwrap();
        assert_eq!(audience.full().unwrap().units.len(), 2);
        assert_eq!(full.units.len(), 1);
    }

    #[test]
    fn a_full_frame_is_as_of_its_tick_without_who_was_hidden_since() {
        let mut audience = audience();
        let (stays, leaves) = (member("stays"), member("leaves"));
        audience.show(&stays, fix(1));
        audience.show(&leaves, fix(1));
        audience.tick().unwrap();
        assert_eq!(audience.full().unwrap().units.len(), 2);
        audience.show(&stays, fix(2));
        audience.show(&member("new"), fix(2));
        audience.hide(&leaves.id);
        let full = audience.full().unwrap();
        let told: Vec<_> = full.units.iter().map(|unit| (&unit.member, unit.fix.at_ms)).collect();
        assert_eq!(told, [(&stays, 1)]);
        let slice = Slice::of(Watch { forces: Some(vec![Force::Guard]), ..Watch::default() });
        let slice = slice.unwrap();
        assert!(Arc::ptr_eq(&full.slice(&slice), &full.slice(&slice)), "cut once");
    }

    #[test]
    fn another_name_takes_another_index() {
        let mut audience = audience();
        audience.show(&member("a"), fix(1));
        audience.tick().unwrap();
        audience.show(&member("a"), fix(2));
        let frame = audience.tick().unwrap();
        assert_eq!((frame.units[0].index, frame.removals[0].index), (1, 0));
    }

    #[test]
    fn many_who_left_start_a_generation_that_is_told_in_full() {
        let mut audience = audience();
        let stays = member("stays");
        audience.show(&stays, fix(1));
        for n in 0..=MAX_RETIRED {
            let leaves = member(&format!("m{n}"));
            audience.show(&leaves, fix(1));
            audience.hide(&leaves.id);
        }
        let frame = audience.tick().unwrap();
        assert_eq!((frame.generation, frame.full, frame.names_end()), (2, true, 1));
        assert!(frame.removals.is_empty());
        audience.show(&stays, fix(2));
        let next = audience.tick().unwrap();
        assert_eq!((next.generation, next.full, next.units[0].index), (2, false, 0));
    }

    #[test]
    fn when_the_indices_run_out_a_generation_starts_between_ticks() {
        let mut audience = audience();
        let last = member("last");
        for n in 0..MAX_NAMES {
            let leaves = member(&format!("m{n}"));
            audience.show(&leaves, fix(1));
            audience.hide(&leaves.id);
        }
        audience.show(&last, fix(1));
        let frame = audience.tick().unwrap();
        assert_eq!((frame.generation, frame.full, frame.units.len()), (2, true, 1));
    }
}
