//! Adding a district, with its log, its channel and the built-in kinds.

use super::context::Context;
use super::{Done, Fault};
use crate::clock::Zone;
use crate::domain::kind::BUILT_IN;
use crate::domain::{Channel, District, Kind};
use crate::protocol::{Code, Refusal};
use crate::store::{district as stored, kind, ledger, log, message};

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    district: &District,
    outline: Option<&str>,
) -> Result<Done, Fault> {
    // A new district is nobody's yet: only the system makes one.
    if cx.actor.member().is_some() {
        return Err(Refusal::new(Code::Forbidden, "a district is made at the server").into());
    }
    let zone: Result<Zone, _> = district.timezone.parse();
    if let Err(error) = zone {
        return Err(Refusal::invalid("timezone", error.to_string()).into());
    }
    let known = stored::find(cx.tx, &district.id).await?;
    if let Some(known) = &known
        && known.timezone != district.timezone
        && ledger::has_any(cx.tx, &district.id).await?
    {
        let message = format!("the zone stays {}: the district has incidents", known.timezone);
        return Err(Refusal::new(Code::Conflict, message).about("timezone").into());
    }
    stored::upsert(cx.tx, district, outline, cx.now_ms).await?;
    if known.is_none() {
        open(cx, district).await?;
    }
    cx.touch_map(&district.id);
    Ok(Done::Stored)
}

/// Gives a new district its log, its channel and the built-in kinds.
pub(super) async fn open(cx: &mut Context<'_, '_>, district: &District) -> Result<(), Fault> {
    log::open(cx.tx, &district.id).await?;
    message::open_channel(cx.tx, &Channel::of_district(&district.id)).await?;
    for (code, top, label) in BUILT_IN {
        let kind = Kind { code: (*code).into(), top: *top, label: (*label).to_owned() };
        kind::upsert(cx.tx, &district.id, &kind).await?;
    }
    Ok(())
}
