//! Tables of what a district has, each with the column names that an import reads.
//!
//! Invariant: no phone number, no reporter and no typed text stands in any of them.

use super::table::{Cell, Table};
use crate::clock::Zone;
use crate::domain::{Grid, Incident, Member, Organisation, Station};

/// Members, without their phone numbers: an import of this table leaves those as they are.
pub fn members(members: &[Member]) -> Table {
    let row = |member: &Member| {
        vec![
            member.id.as_str().into(),
            member.name.as_str().into(),
            member.org.as_str().into(),
            member.force.as_str().into(),
            member.role.as_str().into(),
            member.team.as_ref().map(|team| team.as_str()).into(),
            member.grid.as_ref().map(|grid| grid.as_str()).into(),
        ]
    };
    Table {
        header: &["id", "name", "org", "force", "role", "team", "grid"],
        rows: members.iter().map(row).collect(),
    }
}

/// Organisations, their micro-grids parted by blanks.
pub fn organisations(organisations: &[Organisation]) -> Table {
    let row = |org: &Organisation| {
        let grids: Vec<&str> = org.grids.iter().map(|grid| grid.as_str()).collect();
        vec![
            org.id.as_str().into(),
            org.name.as_str().into(),
            org.kind.as_str().into(),
            Cell::Text(grids.join(" ")),
        ]
    };
    Table {
        header: &["id", "name", "kind", "grids"],
        rows: organisations.iter().map(row).collect(),
    }
}

/// Stations.
pub fn stations(stations: &[Station]) -> Table {
    let row = |station: &Station| {
        vec![
            station.id.as_str().into(),
            station.name.as_str().into(),
            station.kind.as_str().into(),
            Cell::Degrees(station.point.lng()),
            Cell::Degrees(station.point.lat()),
            station.area.as_deref().into(),
            station.grid.as_ref().map(|grid| grid.as_str()).into(),
        ]
    };
    Table {
        header: &["id", "name", "kind", "lng", "lat", "area", "grid"],
        rows: stations.iter().map(row).collect(),
    }
}

/// Micro-grids; their shapes are in the GeoJSON.
pub fn grids<'g>(grids: impl IntoIterator<Item = &'g Grid>) -> Table {
    let row = |grid: &Grid| {
        vec![
            grid.code.as_str().into(),
            grid.name.as_str().into(),
            grid.kind.as_str().into(),
            grid.area.as_deref().into(),
            Cell::Number(grid.version),
        ]
    };
    Table {
        header: &["code", "name", "kind", "area", "version"],
        rows: grids.into_iter().map(row).collect(),
    }
}

/// The register (台账) of incidents; times are civil in the district's zone.
pub fn incidents(incidents: &[Incident], zone: &Zone) -> Table {
    let row = |incident: &Incident| {
        let degrees = |degrees: Option<f64>| degrees.map_or(Cell::Empty, Cell::Degrees);
        vec![
            incident.number.as_str().into(),
            incident.state.as_str().into(),
            incident.level.map(|level| level.as_str()).into(),
            incident.kind().as_str().into(),
            incident.top.as_str().into(),
            Cell::Text(zone.minute_text(incident.observed_ms)),
            Cell::Text(zone.minute_text(incident.received_ms)),
            incident.grid.as_ref().map(|grid| grid.as_str()).into(),
            degrees(incident.point.map(|point| point.lng())),
            degrees(incident.point.map(|point| point.lat())),
            incident.source.as_str().into(),
            if incident.flags.drill { "drill" } else { "" }.into(),
        ]
    };
    Table {
        header: &[
            "number", "state", "level", "kind", "class", "observed", "received", "grid", "lng",
            "lat", "source", "drill",
        ],
        rows: incidents.iter().map(row).collect(),
    }
}
