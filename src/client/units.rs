//! Where the units are, as position frames tell it.
//!
//! It must not know how frames arrive. Invariant: a unit is shown while at least one audience
//! shows it; its newest fix wins.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::domain::{Fix, MemberBrief, MemberId};
use crate::protocol::{PositionFrame, UnitPosition};

/// The units of every audience that the session sees.
#[derive(Debug, Clone, Default)]
pub struct Units {
    audiences: HashMap<u32, Audience>,
}

#[derive(Debug, Clone, Default)]
struct Audience {
    generation: u32,
    names: Vec<MemberBrief>,
    shown: HashMap<MemberId, Fix>,
}

/// A frame that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnitsFault {
    /// Not a frame of this version.
    #[error("not a position frame of version 1")]
    NotAFrame,
    /// It names an index or a generation that the client doesn't know: ask for `resync`.
    #[error("audience {0} needs a resync")]
    Unknown(u32),
}

impl Units {
    /// Takes a `dictionary` message; another generation makes the earlier entries void.
    pub fn take_names(
        &mut self,
        audience: u32,
        generation: u32,
        first: u32,
        names: &[MemberBrief],
    ) {
        let held = self.audiences.entry(audience).or_default();
        if held.generation != generation {
            held.generation = generation;
            held.names.clear();
        }
        let first = first as usize;
        // An entry is never given to another member within a generation: only the new ones count.
        if first <= held.names.len() {
            let known = held.names.len() - first;
            held.names.extend(names.iter().skip(known).cloned());
        }
    }

    /// Takes a binary frame.
    ///
    /// # Errors
    /// [`UnitsFault`]; the units are then as they were.
    pub fn take_frame(&mut self, bytes: &[u8]) -> Result<(), UnitsFault> {
        let frame = PositionFrame::decode(bytes).map_err(|_| UnitsFault::NotAFrame)?;
        let unknown = UnitsFault::Unknown(frame.audience);
        let held = self.audiences.get_mut(&frame.audience).ok_or(unknown)?;
        if held.generation != frame.generation {
            return Err(unknown);
        }
        let name = |index: u16| held.names.get(usize::from(index)).map(|brief| brief.id.clone());
        let gone = frame.removals.iter().map(|index| name(*index).ok_or(unknown));
        let gone = gone.collect::<Result<Vec<_>, _>>()?;
        let moved = frame.units.iter().map(|(index, fix)| Ok((name(*index).ok_or(unknown)?, *fix)));
        let moved = moved.collect::<Result<Vec<_>, _>>()?;
        held.take(frame.full, &gone, moved);
        Ok(())
    }

    /// Takes a `positions` message.
    pub fn take_json(
        &mut self,
        audience: u32,
        full: bool,
        units: Vec<UnitPosition>,
        gone: &[MemberId],
    ) {
        let held = self.audiences.entry(audience).or_default();
        held.take(full, gone, units.into_iter().map(|unit| (unit.member, unit.fix)).collect());
    }

    /// Every unit that is shown, with its newest fix.
    pub fn all(&self) -> HashMap<MemberId, Fix> {
        let mut all: HashMap<MemberId, Fix> = HashMap::new();
        for (member, fix) in self.audiences.values().flat_map(|audience| &audience.shown) {
            match all.entry(member.clone()) {
                Entry::Vacant(place) => {
                    place.insert(*fix);
                }
                Entry::Occupied(mut held) if held.get().at_ms < fix.at_ms => {
                    held.insert(*fix);
                }
                Entry::Occupied(_) => {}
            }
        }
        all
    }

    /// One unit's newest fix.
    pub fn get(&self, member: &MemberId) -> Option<&Fix> {
        let fixes = self.audiences.values().filter_map(|audience| audience.shown.get(member));
        fixes.max_by_key(|fix| fix.at_ms)
    }

    /// Forgets everything: a new connection numbers its audiences anew.
    pub fn clear(&mut self) {
        self.audiences.clear();
    }
}

impl Audience {
    /// Removals come first: a member who changed teams is removed by the old index and shown by
    /// the new one in the same frame.
    fn take(&mut self, full: bool, gone: &[MemberId], moved: Vec<(MemberId, Fix)>) {
        if full {
            self.shown.clear();
        }
        for member in gone {
            self.shown.remove(member);
        }
        self.shown.extend(moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Force;
    use crate::spatial::Point;

    fn brief(id: &str) -> MemberBrief {
        MemberBrief { id: id.into(), name: id.to_owned(), force: Force::Guard, team: None }
    }

    fn fix(at_ms: i64) -> Fix {
        let point = Point::new(113.0, 30.0).unwrap();
        Fix { at_ms, point, speed_mps: None, heading_deg: None, accuracy_m: None }
    }

    fn frame(audience: u32, full: bool, units: &[(u16, i64)], removals: &[u16]) -> Vec<u8> {
        let units = units.iter().map(|(index, at_ms)| (*index, fix(*at_ms))).collect();
        let removals = removals.to_vec();
        PositionFrame { audience, generation: 1, full, units, removals }.encode()
    }

    #[test]
    fn a_unit_is_shown_while_one_audience_shows_it() {
        let mut units = Units::default();
        units.take_names(1, 1, 0, &[brief("a"), brief("b")]);
        units.take_names(2, 1, 0, &[brief("a")]);
        units.take_frame(&frame(1, true, &[(0, 5), (1, 5)], &[])).unwrap();
        units.take_frame(&frame(2, true, &[(0, 9)], &[])).unwrap();
        assert_eq!(units.get(&"a".into()), Some(&fix(9)));
        units.take_frame(&frame(2, false, &[], &[0])).unwrap();
        assert_eq!(units.all(), HashMap::from([("a".into(), fix(5)), ("b".into(), fix(5))]));
        units.take_frame(&frame(1, true, &[(1, 6)], &[])).unwrap();
        assert_eq!(units.all(), HashMap::from([("b".into(), fix(6))]));
    }

    #[test]
    fn what_is_unknown_asks_for_a_resync() {
        let mut units = Units::default();
        assert_eq!(units.take_frame(b"x"), Err(UnitsFault::NotAFrame));
        assert_eq!(units.take_frame(&frame(1, true, &[], &[])), Err(UnitsFault::Unknown(1)));
        units.take_names(1, 1, 0, &[brief("a")]);
        assert_eq!(units.take_frame(&frame(1, true, &[(1, 5)], &[])), Err(UnitsFault::Unknown(1)));
        units.take_names(1, 1, 0, &[brief("a"), brief("b")]);
        units.take_frame(&frame(1, true, &[(1, 5)], &[])).unwrap();
        units.take_names(1, 2, 0, &[brief("c")]);
        assert_eq!(units.take_frame(&frame(1, false, &[], &[])), Err(UnitsFault::Unknown(1)));
    }
}
