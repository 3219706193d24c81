//! The matrix of rights as data: one row an action, one column a seat, each row with its source.
//!
//! Sources: `domain` is the table "Who may do what" and the transition table of the domain page;
//! a cell that they don't name has its reason in the row's text. Three columns have theirs here: a
//! team leader and a mediator are members of their force, so `AsForce` is their usual cell; a grid
//! worker is a volunteer with a micro-grid to answer for.

#[cfg(test)]
mod document;
mod duty;
mod incident;
mod people;

use super::action::{Action, Seat};

/// What a cell grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// In the own district.
    Yes,
    /// Not at all.
    No,
    /// For what the actor reported.
    OwnReport,
    /// For what the actor's own team is called to.
    OwnTeam,
    /// For what the actor's own team leads.
    OwnLead,
    /// For what the actor reported or their team is called to.
    Involved,
    /// For 刑事 and 治安, a call for help that nobody took in time, and what the actor is involved in.
    PoliceMatterOrInvolved,
    /// In the grids of the actor's own organisation.
    OwnPremises,
    /// For 隐患 and 求助.
    HazardOrHelp,
    /// When a police team is called too.
    WithPolice,
    /// When the actor's force is police, whatever their role.
    PoliceForce,
    /// For disputes, and what the actor is involved in.
    DisputeOrInvolved,
    /// For what is about the actor.
    OwnSelf,
    /// For what the resident's link is to.
    Linked,
    /// What the actor's force is granted.
    AsForce,
}

/// Seats of the matrix.
const SEATS: usize = 16;

/// One row: the action, its cells in the order of [`super::action::Seat::ALL`], and why.
pub struct Row {
    /// What is done.
    pub action: Action,
    /// One cell a seat, in the order of [`super::action::Seat::ALL`].
    pub cells: [Grant; SEATS],
    /// Where the row comes from.
    pub source: &'static str,
}

/// Police, auxiliary, property, guard, volunteer.
type Forces = [Grant; 5];
/// Team leader, grid worker, mediator.
type Duties = [Grant; 3];
/// Dispatcher, duty chief, street office, analyst.
type Desks = [Grant; 4];
/// Resident, system admin, security admin, audit admin.
type Others = [Grant; 4];

const fn row(
    action: Action,
    [police, auxiliary, property, guard, volunteer]: Forces,
    [leader, grid, mediator]: Duties,
    ([dispatcher, chief, street, analyst], [resident, system, security, audit]): (Desks, Others),
    source: &'static str,
) -> Row {
    let cells = [
        police, auxiliary, property, guard, volunteer, leader, grid, mediator, dispatcher, chief,
        street, analyst, resident, system, security, audit,
    ];
    Row { action, cells, source }
}

/// The matrix.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    duty::ROWS.iter().chain(incident::ROWS).chain(people::ROWS)
}

/// A cell.
pub fn cell(action: Action, seat: Seat) -> Grant {
    rows().find(|row| row.action == action).map_or(Grant::No, |row| row.cells[seat as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_exactly_one_row_with_a_source() {
        for action in Action::ALL {
            let rows: Vec<_> = rows().filter(|row| row.action == *action).collect();
            assert_eq!(rows.len(), 1, "{action}");
            assert!(rows[0].source.len() > 8, "{action}");
        }
        assert_eq!(Seat::ALL.len(), SEATS);
    }

    #[test]
    fn only_those_who_are_members_of_a_force_act_as_it() {
        for row in rows() {
            for (seat, cell) in Seat::ALL.iter().zip(row.cells) {
                let of_force = matches!(seat, Seat::TeamLeader | Seat::Mediator);
                assert!(cell != Grant::AsForce || of_force, "{seat} {}", row.action);
            }
        }
    }

    #[test]
    fn administrators_have_no_part_in_operations() {
        for row in rows() {
            let police_work = row.cells[Seat::Dispatcher as usize] == Grant::Yes;
            for admin in [Seat::SystemAdmin, Seat::SecurityAdmin, Seat::AuditAdmin] {
                let granted = row.cells[admin as usize] == Grant::Yes;
                let shared = matches!(
                    row.action,
                    Action::Sos | Action::Consent | Action::SeePlaces | Action::SeeMembers
                );
                assert!(!(police_work && granted) || shared, "{admin} {}", row.action);
            }
        }
    }
}
