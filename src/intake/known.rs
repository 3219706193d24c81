//! What a district has already, as far as the rows of a file are held against it.

use std::collections::HashSet;

use super::coordinates::Ground;
use crate::clock::Zone;
use crate::domain::{District, Member, Organisation, Station, Team};
use crate::store::grid::ShapedGrid;

/// What a district has already.
#[derive(Debug)]
pub struct Known {
    /// The district.
    pub district: District,
    /// Its clock.
    pub zone: Zone,
    /// Now, Unix ms UTC.
    pub now_ms: i64,
    /// Where it lies.
    pub ground: Ground,
    /// Its micro-grids that stand, by code.
    pub grids: Vec<ShapedGrid>,
    /// Its organisations.
    pub organisations: Vec<Organisation>,
    /// Its teams.
    pub teams: Vec<Team>,
    /// Its members.
    pub members: Vec<Member>,
    /// Its stations.
    pub stations: Vec<Station>,
    /// Ids that other districts have, of whatever is imported.
    pub foreign: HashSet<String>,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::OrgKind;

    /// A district without a place, with a station of police and two companies of one name.
    pub(crate) fn known() -> Known {
        let district = District {
            id: "420882002".into(),
            name: "永兴街道".to_owned(),
            timezone: "Asia/Shanghai".to_owned(),
            prefix: "YX".to_owned(),
            demo: false,
        };
        let org = |id: &str, kind, name: &str| Organisation {
            id: id.into(),
            district: district.id.clone(),
            kind,
            name: name.to_owned(),
            grids: Vec::new(),
        };
        Known {
            zone: "Asia/Shanghai".parse().unwrap(),
            now_ms: 1_795_521_900_000,
            ground: Ground::new(Vec::new(), None),
            grids: Vec::new(),
            organisations: vec![
                org("station", OrgKind::Police, "永兴派出所"),
                org("company-1", OrgKind::Company, "同名公司"),
                org("company-2", OrgKind::Company, "同名公司"),
            ],
            teams: Vec::new(),
            members: Vec::new(),
            stations: Vec::new(),
            foreign: HashSet::from(["elsewhere".to_owned()]),
            district,
        }
    }
}
