//! Deadlines by level (the table of levels in the domain page).

use crate::domain::{Due, DueStep, Incident, IncidentState, Level};

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Where an incident is, as far as it decides how soon somebody can be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Park or community: 楼栋, 小区, 企业车间.
    BuiltUp,
    /// The outskirts, or not known.
    Outskirts,
    /// A village: 湾组.
    Village,
}

impl Setting {
    /// By the kind of the micro-grid.
    pub fn of_grid_kind(kind: Option<&str>) -> Self {
        match kind {
            Some("楼栋" | "小区" | "企业车间") => Self::BuiltUp,
            Some("湾组") => Self::Village,
            _ => Self::Outskirts,
        }
    }
}

/// What a report waits for. One that nobody graded yet is looked at as soon as a level 3 is.
pub fn at_receipt(level: Option<Level>, received_ms: i64) -> Due {
    Due { step: DueStep::Accept, at_ms: received_ms + accept_within_ms(level) }
}

/// Within what it is accepted (受理), and each call taken (接单), in ms.
pub(super) fn accept_within_ms(level: Option<Level>) -> i64 {
    match level.unwrap_or(Level::Three) {
        Level::One => 30 * SECOND_MS,
        Level::Two => 2 * MINUTE_MS,
        Level::Three => 10 * MINUTE_MS,
        Level::Four => 2 * HOUR_MS,
    }
}

/// What an incident waits for after a move: the earlier deadline while neither its step nor its
/// level changed, a new one from now otherwise, none when nothing is expected of anybody.
pub fn next_due(before: &Incident, after: &Incident, setting: Setting, now_ms: i64) -> Option<Due> {
    use IncidentState as S;
    if after.flags.suspended {
        return None;
    }
    let four = after.level == Some(Level::Four);
    let step = match after.state {
        S::Pending => DueStep::Accept,
        S::Accepted | S::Dispatched | S::Taken | S::EnRoute if !four => DueStep::Arrive,
        S::Accepted | S::Dispatched | S::Taken | S::EnRoute => DueStep::Close,
        S::OnScene | S::Handling | S::Review if four => DueStep::Close,
        _ => return None,
    };
    let same = before.level == after.level && !before.flags.suspended;
    if let Some(due) = before.due.filter(|due| same && due.step == step) {
        return Some(due);
    }
    match step {
        DueStep::Accept => Some(at_receipt(after.level, now_ms)),
        DueStep::Arrive => {
            Some(Due { step, at_ms: now_ms + arrive_within_ms(after.level, setting) })
        }
        DueStep::Close => Some(Due { step, at_ms: now_ms + CLOSE_WITHIN_MS }),
    }
}

/// 四级 is closed within 24 to 72 hours: overdue after the later one.
const CLOSE_WITHIN_MS: i64 = 72 * HOUR_MS;

fn arrive_within_ms(level: Option<Level>, setting: Setting) -> i64 {
    match (level, setting) {
        (Some(Level::One | Level::Two), Setting::BuiltUp) => 5 * MINUTE_MS,
        (Some(Level::One | Level::Two), Setting::Outskirts) => 10 * MINUTE_MS,
        (Some(Level::One | Level::Two), Setting::Village) => 20 * MINUTE_MS,
        (Some(Level::Three | Level::Four) | None, _) => 30 * MINUTE_MS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::tests::incident;

    fn at(state: IncidentState, level: Option<Level>, due: Option<Due>) -> Incident {
        Incident { state, level, due, ..incident() }
    }

    #[test]
    fn each_level_has_its_own_time_to_be_accepted() {
        for (level, within_ms) in [
            (Some(Level::One), 30_000),
            (Some(Level::Two), 120_000),
            (Some(Level::Three), 600_000),
            (None, 600_000),
            (Some(Level::Four), 7_200_000),
        ] {
            let due = Due { step: DueStep::Accept, at_ms: 5 + within_ms };
            assert_eq!(at_receipt(level, 5), due, "{level:?}");
        }
    }

    #[test]
    fn arrival_is_due_by_level_and_setting_from_acceptance() {
        use IncidentState as S;
        let pending = at(S::Pending, None, Some(at_receipt(None, 0)));
        for (level, setting, minutes) in [
            (Level::One, Setting::BuiltUp, 5),
            (Level::Two, Setting::Outskirts, 10),
            (Level::One, Setting::Village, 20),
            (Level::Three, Setting::Village, 30),
        ] {
            let accepted = at(S::Accepted, Some(level), pending.due);
            let due = next_due(&pending, &accepted, setting, 1_000).unwrap();
            assert_eq!((due.step, due.at_ms), (DueStep::Arrive, 1_000 + minutes * MINUTE_MS));
            let called = Incident { state: S::Dispatched, ..accepted.clone() };
            let accepted = Incident { due: Some(due), ..accepted };
            assert_eq!(next_due(&accepted, &called, setting, 9_999), Some(due));
        }
    }

    #[test]
    fn a_deadline_ends_with_arrival_suspension_and_the_end_and_moves_with_the_level() {
        use IncidentState as S;
        let due = Some(Due { step: DueStep::Arrive, at_ms: 77 });
        let en_route = at(S::EnRoute, Some(Level::Two), due);
        let next = |after: &Incident| next_due(&en_route, after, Setting::BuiltUp, 1_000);
        for state in [S::OnScene, S::Handling, S::Review, S::Closed, S::Void] {
            assert_eq!(next(&at(state, Some(Level::Two), due)), None, "{state}");
        }
        let mut suspended = en_route.clone();
        suspended.flags.suspended = true;
        assert_eq!(next(&suspended), None);
        let resumed = next_due(&suspended, &en_route, Setting::BuiltUp, 2_000).unwrap();
        assert_eq!(resumed.at_ms, 2_000 + 5 * MINUTE_MS);
        let lower = at(S::EnRoute, Some(Level::Three), due);
        assert_eq!(next(&lower).unwrap().at_ms, 1_000 + 30 * MINUTE_MS);
    }

    #[test]
    fn level_four_is_due_to_be_closed() {
        use IncidentState as S;
        let pending = at(S::Pending, None, Some(at_receipt(None, 0)));
        let accepted = at(S::Accepted, Some(Level::Four), pending.due);
        let due = next_due(&pending, &accepted, Setting::Village, 0);
        assert_eq!(due, Some(Due { step: DueStep::Close, at_ms: 72 * HOUR_MS }));
        let accepted = Incident { due, ..accepted };
        let review = at(S::Review, Some(Level::Four), due);
        assert_eq!(next_due(&accepted, &review, Setting::Village, 9), due);
    }
}
