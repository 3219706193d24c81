//! Rights about incidents and what is said of them.

use super::super::action::Action;
use super::Grant::{
    AsForce, DisputeOrInvolved, HazardOrHelp, Involved, Linked, No, OwnLead, OwnPremises,
    OwnReport, OwnTeam, PoliceForce, PoliceMatterOrInvolved, WithPolice, Yes,
};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        Action::Report,
        [Yes, Yes, Yes, Yes, Yes],
        [AsForce, Yes, AsForce],
        ([Yes, Yes, Yes, Yes], [No, No, No, No]),
        "domain: report, SOS, check in",
    ),
    row(
        Action::ReportByPhone,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain, transitions: dispatcher for phone calls; the duty chief stands in for them",
    ),
    row(
        Action::Grade,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: grade, dispatch, merge; an auxiliary does so only on the desk, as dispatcher",
    ),
    row(
        Action::Dismiss,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain, transitions: dispatcher; the duty chief for an SOS",
    ),
    row(
        Action::DismissSos,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([No, Yes, No, No], [No, No, No, No]),
        "domain, transitions: an SOS is judged false by the duty chief alone",
    ),
    row(
        Action::Dispatch,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: grade, dispatch, merge",
    ),
    row(
        Action::Merge,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: grade, dispatch, merge",
    ),
    row(
        Action::Side,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain, transitions: side moves by dispatcher and duty chief",
    ),
    row(
        Action::Respond,
        [OwnTeam, OwnTeam, OwnTeam, OwnTeam, OwnTeam],
        [AsForce, OwnTeam, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain, transitions: assignee; a desk is not a team",
    ),
    row(
        Action::Handle,
        [OwnLead, OwnLead, OwnLead, OwnLead, OwnLead],
        [AsForce, OwnLead, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain, transitions: 主办",
    ),
    row(
        Action::Review,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain, transitions: dispatcher; the duty chief stands in for them",
    ),
    row(
        Action::ReviewPoliceMatter,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([PoliceForce, PoliceForce, No, No], [No, No, No, No]),
        "domain: close 刑事/治安 by police only, whatever chair they sit in",
    ),
    row(
        Action::Rate,
        [OwnReport, OwnReport, OwnReport, OwnReport, OwnReport],
        [AsForce, OwnReport, AsForce],
        ([Yes, Yes, OwnReport, OwnReport], [Linked, No, No, No]),
        "domain, transitions: reporter, dispatcher",
    ),
    row(
        Action::Reopen,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([No, Yes, No, No], [No, No, No, No]),
        "domain, transitions: duty chief",
    ),
    row(
        Action::LeadUrgent,
        [Yes, WithPolice, No, No, No],
        [AsForce, No, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain: take level 1–2 as lead; the others assist",
    ),
    row(
        Action::LeadOrdinary,
        [Yes, Yes, OwnPremises, OwnPremises, HazardOrHelp],
        [AsForce, HazardOrHelp, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain: take level 3–4; mutual aid is a supporting call (增援)",
    ),
    row(
        Action::LeadCriminal,
        [Yes, WithPolice, WithPolice, WithPolice, No],
        [AsForce, No, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain: a guard is never sent alone to 刑事",
    ),
    row(
        Action::PostToDistrict,
        [Yes, Yes, Yes, Yes, Yes],
        [AsForce, Yes, AsForce],
        ([Yes, Yes, Yes, Yes], [No, No, No, No]),
        "the district's channel is for all who serve there",
    ),
    row(
        Action::PostToIncident,
        [PoliceMatterOrInvolved, Involved, Involved, Involved, Involved],
        [AsForce, Involved, DisputeOrInvolved],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "who sees an incident talks in its channel; the street office only views",
    ),
    row(
        Action::SeeIncident,
        [PoliceMatterOrInvolved, Involved, Involved, Involved, Involved],
        [AsForce, Involved, DisputeOrInvolved],
        ([Yes, Yes, Yes, OwnReport], [Linked, OwnReport, OwnReport, OwnReport]),
        "the desk sees all, the street office views, a mediator disputes, the others what they \
         work on or called for; a resident what the link is to",
    ),
    row(
        Action::SeeReporter,
        [Yes, OwnReport, OwnReport, OwnReport, OwnReport],
        [AsForce, OwnReport, AsForce],
        ([Yes, Yes, OwnReport, OwnReport], [No, OwnReport, OwnReport, OwnReport]),
        "domain: reporter's data for police; the desk shows members' names",
    ),
];
