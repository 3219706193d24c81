//! Adding organisations, members and stations of a file, a slice at a time; a row that is there
//! already as it stands changes nothing.

use super::context::Context;
use super::{Done, Fault, ImportedCounts, seat};
use crate::auth::{About, Action, Object};
use crate::domain::{DistrictId, Event, Organisation, Role, Station};
use crate::intake::MemberRow;
use crate::protocol::{Code, Refusal};
use crate::store::{member, organisation, station};

/// Part of a file.
#[derive(Debug, Clone)]
pub enum PlaceSlice {
    /// Organisations.
    Organisations(Vec<Organisation>),
    /// Members, with the teams that they bring along.
    Members(Vec<MemberRow>),
    /// Stations.
    Stations(Vec<Station>),
}

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    slice: &PlaceSlice,
) -> Result<Done, Fault> {
    cx.allow(Action::ImportPlaces, &Object::district(district))?;
    cx.map(district).await?;
    let counts = match slice {
        PlaceSlice::Organisations(rows) => organisations(cx, district, rows).await?,
        PlaceSlice::Members(rows) => members(cx, district, rows).await?,
        PlaceSlice::Stations(rows) => stations(cx, district, rows).await?,
    };
    if counts.any() {
        // Whose a micro-grid is stands on the map.
        cx.touch_map(district);
        let event = Event::PlacesChanged { district: district.clone() };
        cx.emit(district, event, About::Itself).await?;
    }
    Ok(Done::Imported(counts))
}

async fn organisations(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    rows: &[Organisation],
) -> Result<ImportedCounts, Fault> {
    let mut counts = ImportedCounts::default();
    for row in rows {
        let before = organisation::find(cx.tx, &row.id).await?;
        own(district, before.as_ref().map(|before| &before.district))?;
        if counts.takes(before.as_ref(), row) {
            organisation::upsert(cx.tx, row).await?;
        }
    }
    Ok(counts)
}

async fn members(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    rows: &[MemberRow],
) -> Result<ImportedCounts, Fault> {
    let mut counts = ImportedCounts::default();
    for row in rows {
        if let Some(team) = &row.new_team {
            let before = organisation::find_team(cx.tx, &team.id).await?;
            own(district, before.as_ref().map(|before| &before.district))?;
            if before.is_none() {
                organisation::upsert_team(cx.tx, team).await?;
            }
        }
        let before = member::find(cx.tx, &row.member.id).await?;
        own(district, before.as_ref().map(|before| &before.district))?;
        let phone = match &row.phone {
            Some(_) => member::phone(cx.tx, &row.member.id).await?,
            None => None,
        };
        if cx.actor.member().is_some() {
            keep_admins(before.as_ref().map_or(Role::Patrol, |m| m.role), row.member.role)?;
        }
        let earlier = before.clone();
        let before = before.map(|before| (before, phone));
        if counts.takes(before.as_ref(), &(row.member.clone(), row.phone.clone())) {
            member::upsert(cx.tx, &row.member).await?;
            if let Some(phone) = &row.phone {
                member::set_phone(cx.tx, &row.member.id, phone).await?;
            }
            if let Some(earlier) = earlier {
                seat::tell(cx, &earlier, &row.member).await?;
            }
        }
    }
    Ok(counts)
}

/// Administrators are appointed, and not by whoever has a file. The preview says so of the row.
fn keep_admins(before: Role, after: Role) -> Result<(), Fault> {
    if before != after && (before.is_admin() || after.is_admin()) {
        let message = "administrators are appointed under accounts, not by a file";
        return Err(Refusal::new(Code::Forbidden, message).about("role").into());
    }
    Ok(())
}

/// What another district has is never changed from here.
fn own(district: &DistrictId, found: Option<&DistrictId>) -> Result<(), Fault> {
    match found {
        Some(other) if other != district => {
            let message = "an id of the file is another district's: preview it again";
            Err(Refusal::new(Code::Conflict, message).about("id").into())
        }
        _ => Ok(()),
    }
}

async fn stations(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    rows: &[Station],
) -> Result<ImportedCounts, Fault> {
    let mut counts = ImportedCounts::default();
    for row in rows {
        let before = station::find(cx.tx, &row.id).await?;
        own(district, before.as_ref().map(|before| &before.district))?;
        if counts.takes(before.as_ref(), row) {
            station::upsert(cx.tx, row).await?;
        }
    }
    Ok(counts)
}
