//! Places: district (街道), area (片区, 村, 社区), micro-grid (微网格), station, checkpoint, street,
//! and the five tiers that answer for them.

use serde::{Deserialize, Serialize};

use super::id::{CheckpointId, DistrictId, EscalationUnitId, GridCode, StationId, StreetId};
use super::party::named_enum;
use crate::spatial::Point;

/// A sub-district, the unit that has a log, a time zone and desks of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct District {
    /// Its administrative code.
    pub id: DistrictId,
    /// Its name.
    pub name: String,
    /// IANA time zone; fixed once the district has incidents.
    pub timezone: String,
    /// Opens incident numbers, e.g. `YX`; by default the code.
    pub prefix: String,
    /// Whether its data are invented, which every screen then says.
    pub demo: bool,
}

/// A village, community or quarter of a district.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Area {
    /// Its code, e.g. `420882002210`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Free text, e.g. 社区, 园区村, 普通村.
    pub kind: String,
}

/// A micro-grid without its shape; shapes travel as `GeoJSON`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Grid {
    /// Its code.
    pub code: GridCode,
    /// Grows by one when the shape changes.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Free text, e.g. 楼栋, 小区, 湾组, 企业车间.
    pub kind: String,
    /// The area that it is part of.
    pub area: Option<String>,
}

named_enum!(
    /// What a station is.
    StationKind {
        /// 警务室.
        PoliceOffice = "police_office",
        /// 调解室.
        MediationRoom = "mediation_room",
        /// 村企连心驿站.
        LinkStation = "link_station",
        /// 湾组互助中心.
        MutualAid = "mutual_aid",
        /// 小区自管委.
        SelfGovernment = "self_government",
        /// 集结点.
        RallyPoint = "rally_point",
    }
);

/// A fixed post that people know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Station {
    /// Its id.
    pub id: StationId,
    /// The district.
    pub district: DistrictId,
    /// What it is.
    pub kind: StationKind,
    /// Its name.
    pub name: String,
    /// Where, WGS-84.
    pub point: Point,
    /// The area that it is part of.
    pub area: Option<String>,
    /// The micro-grid that it stands in.
    pub grid: Option<GridCode>,
}

/// A place that a beat passes and where people check in (巡更点).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Checkpoint {
    /// Its id.
    pub id: CheckpointId,
    /// The district.
    pub district: DistrictId,
    /// Its name.
    pub name: String,
    /// Where, WGS-84.
    pub point: Point,
    /// The micro-grid that it stands in.
    pub grid: Option<GridCode>,
    /// Whether a lap without it counts as missed (必巡点).
    pub must_visit: bool,
}

/// A street, as a line that people can find by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Street {
    /// Its id.
    pub id: StreetId,
    /// The district.
    pub district: DistrictId,
    /// Its name.
    pub name: String,
    /// Its course, WGS-84, two points or more.
    pub line: Vec<Point>,
}

named_enum!(
    /// The five tiers (五级), the widest first.
    Tier {
        /// 街道党工委.
        StreetCommittee = "street_committee",
        /// 片区大党总支.
        AreaBranch = "area_branch",
        /// 党支部.
        Branch = "branch",
        /// 党小组.
        Group = "group",
        /// 党员中心户.
        Household = "household",
    }
);

/// A unit of the five-tier tree: what stays open goes up it. It hangs on places and names no
/// person, because nobody's political status is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EscalationUnit {
    /// Its id.
    pub id: EscalationUnitId,
    /// The district.
    pub district: DistrictId,
    /// Its tier.
    pub tier: Tier,
    /// Its name.
    pub name: String,
    /// The unit above; null for the street's own.
    pub parent: Option<EscalationUnitId>,
    /// The area that it answers for.
    pub area: Option<String>,
    /// The micro-grid that it answers for.
    pub grid: Option<GridCode>,
}
