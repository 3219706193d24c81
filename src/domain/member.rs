//! People and the teams that they patrol in.

use serde::{Deserialize, Serialize};

use super::id::{DistrictId, GridCode, MemberId, OrgId, TeamId};
use super::party::{Force, Role};

/// A person with what others need to work with them; the phone number is not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// The district that they serve in.
    pub district: DistrictId,
    /// The organisation that they come from.
    pub org: OrgId,
    /// Their force.
    pub force: Force,
    /// What they do in the system.
    pub role: Role,
    /// The team that they patrol with.
    pub team: Option<TeamId>,
    /// The micro-grid that a 微网格员 answers for.
    #[serde(default)]
    pub grid: Option<GridCode>,
    /// Their name.
    pub name: String,
}

/// The part of a member that a map or a list shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MemberBrief {
    /// Their id.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// Their force.
    pub force: Force,
    /// The team that they patrol with.
    pub team: Option<TeamId>,
}

impl From<&Member> for MemberBrief {
    fn from(member: &Member) -> Self {
        Self {
            id: member.id.clone(),
            name: member.name.clone(),
            force: member.force,
            team: member.team.clone(),
        }
    }
}

/// A team: the unit that is dispatched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// The district that it patrols.
    pub district: DistrictId,
    /// The organisation that fields it.
    pub org: OrgId,
    /// The force of its members.
    pub force: Force,
    /// Its name.
    pub name: String,
}
