//! The matrix of rights as data: one row an action, one column a seat, each row with its source.
//!
//! Sources: `domain` is the table "Who may do what" and the transition table of the domain page;
//! a cell that they don't name has its reason in the row's text.

use super::action::Action;

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
    /// For 刑事 and 治安, and what the actor is involved in.
    PoliceMatterOrInvolved,
    /// In the grids of the actor's own organisation.
    OwnPremises,
    /// For 隐患 and 求助.
    HazardOrHelp,
    /// When a police team is called too.
    WithPolice,
    /// When the actor's force is police, whatever their role.
    PoliceForce,
}

/// One row: the action, its cells in the order of [`super::action::Seat::ALL`], and why.
pub struct Row {
    /// What is done.
    pub action: Action,
    /// One cell a seat, in the order of [`super::action::Seat::ALL`].
    pub cells: [Grant; 10],
    /// Where the row comes from.
    pub source: &'static str,
}

use Grant::{
    HazardOrHelp, Involved, No, OwnLead, OwnPremises, OwnReport, OwnTeam, PoliceForce,
    PoliceMatterOrInvolved, WithPolice, Yes,
};

const fn row(action: Action, cells: [Grant; 10], source: &'static str) -> Row {
    Row { action, cells, source }
}

/// The matrix. Columns: police, auxiliary, property, guard, volunteer, grid worker, dispatcher,
/// duty chief, street office, system admin. A grid worker is a volunteer with a micro-grid to answer
/// for; a system admin keeps the system and has no part in operations.
pub const ROWS: &[Row] = &[
    row(
        Action::Duty,
        [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, No],
        "domain: report, SOS, check in",
    ),
    row(
        Action::SendPosition,
        [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, No],
        "follows from sign-on; the shift and consent decide",
    ),
    row(
        Action::Report,
        [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, No],
        "domain: report, SOS, check in",
    ),
    row(
        Action::Sos,
        [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes],
        "domain: report, SOS, check in; a call for help is refused to nobody",
    ),
    row(
        Action::WithdrawSos,
        [
            OwnReport, OwnReport, OwnReport, OwnReport, OwnReport, OwnReport, OwnReport, OwnReport,
            OwnReport, OwnReport,
        ],
        "domain: cancelling takes two steps and a reason; only whoever called knows it",
    ),
    row(
        Action::CheckIn,
        [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, No],
        "domain: report, SOS, check in; whoever keeps the system walks no beat",
    ),
    row(
        Action::ReportByPhone,
        [No, No, No, No, No, No, Yes, Yes, No, No],
        "domain, transitions: dispatcher for phone calls; the duty chief stands in for them",
    ),
    row(
        Action::Grade,
        [Yes, No, No, No, No, No, Yes, Yes, No, No],
        "domain: grade, dispatch, merge; an auxiliary does so only on the desk, as dispatcher",
    ),
    row(
        Action::Dismiss,
        [No, No, No, No, No, No, Yes, Yes, No, No],
        "domain, transitions: dispatcher; the duty chief for an SOS",
    ),
    row(
        Action::DismissSos,
        [No, No, No, No, No, No, No, Yes, No, No],
        "domain, transitions: an SOS is judged false by the duty chief alone",
    ),
    row(
        Action::Dispatch,
        [Yes, No, No, No, No, No, Yes, Yes, No, No],
        "domain: grade, dispatch, merge",
    ),
    row(
        Action::Merge,
        [Yes, No, No, No, No, No, Yes, Yes, No, No],
        "domain: grade, dispatch, merge",
    ),
    row(
        Action::Side,
        [No, No, No, No, No, No, Yes, Yes, No, No],
        "domain, transitions: side moves by dispatcher and duty chief",
    ),
    row(
        Action::Respond,
        [OwnTeam, OwnTeam, OwnTeam, OwnTeam, OwnTeam, OwnTeam, No, No, No, No],
        "domain, transitions: assignee; a desk is not a team",
    ),
    row(
        Action::Handle,
        [OwnLead, OwnLead, OwnLead, OwnLead, OwnLead, OwnLead, No, No, No, No],
        "domain, transitions: 主办",
    ),
    row(
        Action::Review,
        [No, No, No, No, No, No, Yes, Yes, No, No],
        "domain, transitions: dispatcher; the duty chief stands in for them",
    ),
    row(
        Action::ReviewPoliceMatter,
        [Yes, No, No, No, No, No, PoliceForce, PoliceForce, No, No],
        "domain: close 刑事/治安 by police only, whatever chair they sit in",
    ),
    row(
        Action::Rate,
        [OwnReport, OwnReport, OwnReport, OwnReport, OwnReport, OwnReport, Yes, Yes, OwnReport, No],
        "domain, transitions: reporter, dispatcher",
    ),
    row(
        Action::Reopen,
        [No, No, No, No, No, No, No, Yes, No, No],
        "domain, transitions: duty chief",
    ),
    row(
        Action::LeadUrgent,
        [Yes, WithPolice, No, No, No, No, No, No, No, No],
        "domain: take level 1–2 as lead; the others assist",
    ),
    row(
        Action::LeadOrdinary,
        [Yes, Yes, OwnPremises, OwnPremises, HazardOrHelp, HazardOrHelp, No, No, No, No],
        "domain: take level 3–4; mutual aid is a supporting call (增援)",
    ),
    row(
        Action::LeadCriminal,
        [Yes, WithPolice, WithPolice, WithPolice, No, No, No, No, No, No],
        "domain: a guard is never sent alone to 刑事",
    ),
    row(
        Action::PostToDistrict,
        [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, No],
        "the district's channel is for all who serve there",
    ),
    row(
        Action::PostToIncident,
        [
            PoliceMatterOrInvolved,
            Involved,
            Involved,
            Involved,
            Involved,
            Involved,
            Yes,
            Yes,
            No,
            No,
        ],
        "who sees an incident talks in its channel; the street office only views",
    ),
    row(
        Action::SeeIncident,
        [
            PoliceMatterOrInvolved,
            Involved,
            Involved,
            Involved,
            Involved,
            Involved,
            Yes,
            Yes,
            Yes,
            No,
        ],
        "the desk sees all, the street office views, the others what they work on",
    ),
    row(
        Action::SeeReporter,
        [Yes, OwnReport, OwnReport, OwnReport, OwnReport, OwnReport, Yes, Yes, OwnReport, No],
        "domain: reporter's data for police; the desk shows members' names",
    ),
    row(
        Action::SeePositions,
        [No, No, No, No, No, No, Yes, Yes, No, No],
        "domain: dispatcher, on duty only; a patrol sees its own team by its team's key",
    ),
    row(
        Action::SeeMembers,
        [Yes, No, No, No, No, No, Yes, Yes, No, Yes],
        "names serve dispatch and police work; a patrol knows its own team",
    ),
    row(
        Action::SeePlaces,
        [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes],
        "the map of the district is no secret among its patrols",
    ),
    row(
        Action::SeeRoster,
        [OwnTeam, OwnTeam, OwnTeam, OwnTeam, OwnTeam, OwnTeam, Yes, Yes, No, No],
        "the desk counts who is missing; a patrol knows its own team; the office has counts only",
    ),
    row(
        Action::ViewTrack,
        [No, No, No, No, No, No, Yes, Yes, No, No],
        "domain: viewing a track asks for a reason and is audited; the desk alone has the need",
    ),
    row(
        Action::ImportPlaces,
        [No, No, No, No, No, No, No, No, No, Yes],
        "domain: the system admin keeps people and places, and sees no operations",
    ),
    row(
        Action::ImportIncidents,
        [No, No, No, No, No, No, PoliceForce, PoliceForce, No, No],
        "domain: enter case counts by police only, here in a chair that has the register",
    ),
    row(
        Action::SeeCounts,
        [Yes, No, No, No, No, No, Yes, Yes, Yes, No],
        "domain: counts for police, desk and street office",
    ),
    row(
        Action::Export,
        [Yes, No, OwnPremises, No, No, No, Yes, Yes, Yes, No],
        "domain: export; a week's table holds counts only, so the street office has it whole",
    ),
    row(
        Action::ExportIncidents,
        [Yes, No, OwnPremises, No, No, No, Yes, Yes, No, No],
        "domain: export; the street office gets aggregates, so not incident by incident",
    ),
];

#[cfg(test)]
mod tests {
    use super::super::action::Seat;
    use super::*;

    #[test]
    fn every_action_has_exactly_one_row_with_a_source() {
        for action in Action::ALL {
            let rows: Vec<_> = ROWS.iter().filter(|row| row.action == *action).collect();
            assert_eq!(rows.len(), 1, "{action}");
            assert!(rows[0].source.len() > 8, "{action}");
        }
        assert_eq!(Seat::ALL.len(), 10);
    }
}
