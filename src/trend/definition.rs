//! What a count means, and when that changed.
//!
//! It must not count. Invariant: 警情, 发案, 立案 and 隐患 are different measures and never share a
//! rate; figures on both sides of a change of definition are not compared.

use jiff::civil::Date;

use super::cube::{GridIndex, KindIndex};
use crate::clock::Period;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// 警情.
    Calls,
    /// 发案.
    Cases,
    /// 立案.
    Filed,
    /// 隐患.
    Hazards,
}

impl Measure {
    /// The measure's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Calls => "警情",
            Self::Cases => "发案",
            Self::Filed => "立案",
            Self::Hazards => "隐患",
        }
    }
}

/// What a change of definition touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeScope {
    /// The whole district: a 口径变更日 set by a user.
    District,
    /// One grid: a new version of its outline.
    Grid(GridIndex),
    /// One kind: its meaning or its class.
    Kind(KindIndex),
}

/// A definition that holds from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionChange {
    /// What it touches.
    pub scope: ChangeScope,
    /// The first day on which the new definition holds.
    pub on: Date,
    /// Why, as the report prints it.
    pub reason: String,
}

/// What a figure selects: all grids and kinds where nothing is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Grids, or all.
    pub grids: Option<Vec<GridIndex>>,
    /// Kinds, or all.
    pub kinds: Option<Vec<KindIndex>>,
}

impl DefinitionChange {
    /// Whether a figure of this selection is touched. A grid's new outline moves events within the
    /// district, so a district total is not touched by it; a kind's new meaning within 全部 neither.
    pub fn touches(&self, selection: &Selection) -> bool {
        let among = |grid| selection.grids.as_ref().is_some_and(|grids| grids.contains(&grid));
        match self.scope {
            ChangeScope::District => true,
            ChangeScope::Grid(grid) => among(grid),
            ChangeScope::Kind(kind) => {
                selection.kinds.as_ref().is_some_and(|kinds| kinds.contains(&kind))
            }
        }
    }

    /// Whether the definition differs within the span of both windows.
    pub fn divides(&self, now: Period, base: Period) -> bool {
        let first = base.first().min(now.first());
        let last = base.last().max(now.last());
        first < self.on && self.on <= last
    }
}

/// The last change that touches a selection and holds by `day`: comparable history starts there.
pub fn comparable_since(
    changes: &[DefinitionChange],
    selection: &Selection,
    day: Date,
) -> Option<Date> {
    let past = changes.iter().filter(|change| change.touches(selection) && change.on <= day);
    past.map(|change| change.on).max()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn change(scope: ChangeScope) -> DefinitionChange {
        DefinitionChange { scope, on: date(2024, 4, 29), reason: "辖区调整".to_owned() }
    }

    #[test]
    fn a_change_divides_only_windows_on_both_sides() {
        let week =
            |year, month, day| Period::week(crate::clock::IsoWeek::of(date(year, month, day)));
        let change = change(ChangeScope::District);
        assert!(change.divides(week(2024, 4, 29), week(2023, 5, 1)));
        assert!(change.divides(week(2025, 4, 28), week(2024, 4, 22)));
        assert!(!change.divides(week(2025, 5, 5), week(2024, 4, 29)));
        assert!(!change.divides(week(2024, 4, 22), week(2023, 4, 24)));
    }

    #[test]
    fn a_grid_touches_itself_alone() {
        let change = change(ChangeScope::Grid(GridIndex(3)));
        let of = |grids| Selection { grids, kinds: None };
        assert!(change.touches(&of(Some(vec![GridIndex(3)]))));
        assert!(!change.touches(&of(Some(vec![GridIndex(4)]))));
        assert!(!change.touches(&of(None)));
        let found = comparable_since(&[change], &of(Some(vec![GridIndex(3)])), date(2025, 1, 1));
        assert_eq!(found, Some(date(2024, 4, 29)));
    }
}
