//! Places: district (街道), area (片区, 村, 社区), micro-grid (微网格).

use serde::{Deserialize, Serialize};

use super::id::{DistrictId, GridCode};

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
