//! Rights about people, places, figures and the system itself.

use super::super::action::Action;
use super::Grant::{AsForce, Involved, No, OwnPremises, OwnTeam, PoliceForce, Yes};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        Action::AddParty,
        [Yes, OwnTeam, OwnTeam, OwnTeam, OwnTeam],
        [AsForce, OwnTeam, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "whoever is at the scene hears names; they write them down and don't read them back",
    ),
    row(
        Action::SeeParties,
        [Yes, Involved, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: reporter's and parties' data: auxiliary and dispatcher masked, the others not at all",
    ),
    row(
        Action::RevealParty,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: police audited; dispatcher: reveal is audited",
    ),
    row(
        Action::RevealPhone,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: viewing a phone number asks for a reason and is audited; to reach somebody on duty",
    ),
    row(
        Action::ErasePersonalData,
        [No, No, No, No, No],
        [No, No, No],
        ([No, Yes, No, No], [No, No, Yes, No]),
        "domain: deletion; decided by whoever answers for the desk or for security",
    ),
    row(
        Action::SeeAccounts,
        [No, No, No, No, No],
        [No, No, No],
        ([No, No, No, No], [No, Yes, Yes, No]),
        "domain: three administrators: one keeps accounts, one rights",
    ),
    row(
        Action::ManageAccounts,
        [No, No, No, No, No],
        [No, No, No],
        ([No, No, No, No], [No, Yes, No, No]),
        "domain: the system admin keeps people, and sees no operations",
    ),
    row(
        Action::AssignDuties,
        [No, No, No, No, No],
        [No, No, No],
        ([No, No, No, No], [No, Yes, Yes, No]),
        "domain: the system admin keeps people; the security admin says who may do what",
    ),
    row(
        Action::AppointAdmins,
        [No, No, No, No, No],
        [No, No, No],
        ([No, No, No, No], [No, Yes, Yes, No]),
        "domain: three people; the system admin appoints only while there is no security admin",
    ),
    row(
        Action::MakeDistrict,
        [No, No, No, No, No],
        [No, No, No],
        ([No, No, No, No], [No, Yes, No, No]),
        "a county is one installation with many districts; the system admin keeps places",
    ),
    row(
        Action::SeeAudit,
        [No, No, No, No, No],
        [No, No, No],
        ([No, No, No, No], [No, No, No, Yes]),
        "domain: the audit admin reads the audit log, and nobody whom it is about",
    ),
    row(
        Action::SeeMembers,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, Yes, Yes, Yes]),
        "names serve dispatch, police work, administration and audit; a patrol knows its own team",
    ),
    row(
        Action::SeePlaces,
        [Yes, Yes, Yes, Yes, Yes],
        [AsForce, Yes, AsForce],
        ([Yes, Yes, Yes, Yes], [No, Yes, Yes, Yes]),
        "the map of the district is no secret among those who serve there",
    ),
    row(
        Action::ImportPlaces,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([No, No, No, No], [No, Yes, No, No]),
        "domain: the system admin keeps people and places, and sees no operations",
    ),
    row(
        Action::ImportIncidents,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([PoliceForce, PoliceForce, No, No], [No, No, No, No]),
        "domain: enter case counts by police only, here in a chair that has the register",
    ),
    row(
        Action::SeeCounts,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, Yes, Yes], [No, No, No, No]),
        "domain: counts for police, desk and street office",
    ),
    row(
        Action::Export,
        [Yes, No, OwnPremises, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, Yes, Yes], [No, No, No, No]),
        "domain: export; a week's table holds counts only, so the street office has it whole",
    ),
    row(
        Action::ExportIncidents,
        [Yes, No, OwnPremises, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: export; the street office gets aggregates, so not incident by incident",
    ),
];
