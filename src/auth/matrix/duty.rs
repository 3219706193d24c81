//! Rights about duty: signing on, calling for help, where people are and were.

use super::super::action::Action;
use super::Grant::{AsForce, No, OwnReport, OwnSelf, OwnTeam, PoliceForce, Yes};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        Action::Duty,
        [Yes, Yes, Yes, Yes, Yes],
        [AsForce, Yes, AsForce],
        ([Yes, Yes, Yes, No], [No, No, No, No]),
        "domain: report, SOS, check in",
    ),
    row(
        Action::SendPosition,
        [Yes, Yes, Yes, Yes, Yes],
        [AsForce, Yes, AsForce],
        ([Yes, Yes, Yes, No], [No, No, No, No]),
        "follows from sign-on; the shift and consent decide",
    ),
    row(
        Action::Consent,
        [Yes, Yes, Yes, Yes, Yes],
        [Yes, Yes, Yes],
        ([Yes, Yes, Yes, Yes], [No, Yes, Yes, Yes]),
        "domain: consent is everybody's own, whoever they are",
    ),
    row(
        Action::Sos,
        [Yes, Yes, Yes, Yes, Yes],
        [AsForce, Yes, AsForce],
        ([Yes, Yes, Yes, Yes], [No, Yes, Yes, Yes]),
        "domain: report, SOS, check in; a call for help is refused to nobody",
    ),
    row(
        Action::WithdrawSos,
        [OwnReport, OwnReport, OwnReport, OwnReport, OwnReport],
        [AsForce, OwnReport, AsForce],
        ([OwnReport, OwnReport, OwnReport, OwnReport], [No, OwnReport, OwnReport, OwnReport]),
        "domain: cancelling takes two steps and a reason; only whoever called knows it",
    ),
    row(
        Action::CheckIn,
        [Yes, Yes, Yes, Yes, Yes],
        [AsForce, Yes, AsForce],
        ([Yes, Yes, Yes, No], [No, No, No, No]),
        "domain: report, SOS, check in; whoever keeps the system walks no beat",
    ),
    row(
        Action::SeePositions,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: dispatcher, on duty only; a patrol sees its own team by its team's key",
    ),
    row(
        Action::SeeShiftPositions,
        [Yes, Yes, No, No, No],
        [AsForce, No, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain, live positions: own shift for police and auxiliaries; the desk has the whole map",
    ),
    row(
        Action::SeeTeamPositions,
        [Yes, Yes, Yes, Yes, No],
        [Yes, No, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain, live positions: own team; a team's leader answers for each of it, of whatever force",
    ),
    row(
        Action::SeeTeamDot,
        [No, No, No, No, Yes],
        [AsForce, Yes, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain, live positions: own team's dot; a grid worker is a volunteer",
    ),
    row(
        Action::SeeCallerPositions,
        [Yes, No, No, No, No],
        [AsForce, No, AsForce],
        ([No, No, No, No], [No, No, No, No]),
        "domain, live positions: police own shift + SOS; the desk has the whole map, called teams their call",
    ),
    row(
        Action::SeeRoster,
        [OwnTeam, OwnTeam, OwnTeam, OwnTeam, OwnTeam],
        [OwnTeam, OwnTeam, OwnTeam],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "the desk counts who is missing; a patrol knows its own team; the office has counts only",
    ),
    row(
        Action::SeeOfficers,
        [Yes, Yes, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: auxiliaries act under a named officer, so they choose one",
    ),
    row(
        Action::ViewTrack,
        [No, No, No, No, No],
        [AsForce, No, AsForce],
        ([Yes, Yes, No, No], [No, No, No, No]),
        "domain: viewing a track asks for a reason and is audited; the desk alone has the need",
    ),
    row(
        Action::SeeOwnAccess,
        [OwnSelf, OwnSelf, OwnSelf, OwnSelf, OwnSelf],
        [OwnSelf, OwnSelf, OwnSelf],
        ([OwnSelf, OwnSelf, OwnSelf, OwnSelf], [No, OwnSelf, OwnSelf, OwnSelf]),
        "domain: the person tracked can see who looked",
    ),
    row(
        Action::HoldTracks,
        [No, No, No, No, No],
        [No, No, No],
        ([PoliceForce, Yes, No, No], [No, No, No, No]),
        "domain: a hold needs a reason; whoever answers for the night, or police on the desk, has one",
    ),
];
