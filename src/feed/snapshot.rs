//! What a client starts from: everything that it may see, as of a place in the log.

use crate::auth::{Action, Actor, Object, can, mask, sees_every_shift, sees_incident, sees_shift};
use crate::domain::{Channel, ChannelId, DistrictId, Incident, Member};
use crate::protocol::{OnDuty, Snapshot};
use crate::store::Store;
use crate::store::log::Head;

/// How much a snapshot holds, so that one frame stays readable on a weak link.
#[derive(Debug, Clone, Copy)]
pub struct SnapshotLimits {
    /// Incidents, the newest.
    pub incidents: i64,
    /// Ended incidents are in it for this long, in ms.
    pub ended_for_ms: i64,
    /// Messages of each channel, the last.
    pub messages: i64,
}

impl Default for SnapshotLimits {
    /// A busy night has 40 incidents; a day's ended ones are still talked about.
    fn default() -> Self {
        Self { incidents: 500, ended_for_ms: 24 * 60 * 60 * 1_000, messages: 50 }
    }
}

/// Reads a district's state for one member. The head is read **before** the state, so an event
/// may be in both, and none is in neither.
///
/// # Errors
/// What the database says; `RowNotFound` for a district without a log.
pub async fn snapshot(
    store: &Store,
    member: &Member,
    district: &DistrictId,
    now_ms: i64,
) -> Result<(Head, Snapshot), sqlx::Error> {
    let limits = SnapshotLimits::default();
    let head = store.head(district).await?.ok_or(sqlx::Error::RowNotFound)?;
    let since_ms = now_ms - limits.ended_for_ms;
    let current = store.current_incidents(district, since_ms, limits.incidents).await?;
    let mut incidents: Vec<Incident> = current
        .into_iter()
        .filter(|incident| sees_incident(member, incident))
        .map(|incident| mask::incident(member, incident))
        .collect();
    let texts = incidents.iter_mut().filter_map(|incident| incident.text.as_mut());
    store.fill_texts(texts.collect()).await?;
    let on_duty = if sees_every_shift(member, district) {
        store.on_duty(district).await?
    } else {
        // Without a right to every shift there is only one's own team's, and one's own.
        store.on_duty_beside(district, member).await?
    };
    let on_duty = on_duty.into_iter().filter(|each| sees_duty(member, each)).collect();
    let mut messages = Vec::new();
    for channel in channels(member, district, &incidents) {
        messages.extend(store.messages(&channel, None, limits.messages).await?);
    }
    store.fill_texts(messages.iter_mut().map(|message| &mut message.text).collect()).await?;
    Ok((head, Snapshot { incidents, on_duty, messages }))
}

fn channels(reader: &Member, district: &DistrictId, incidents: &[Incident]) -> Vec<ChannelId> {
    let actor = Actor::Member(reader.clone());
    let reads = can(&actor, Action::PostToDistrict, &Object::district(district)).is_ok();
    let of_district = reads.then(|| Channel::of_district(district).id);
    let of_incidents = incidents.iter().filter(|i| i.state.is_open()).map(|i| i.channel.clone());
    of_district.into_iter().chain(of_incidents).collect()
}

/// The audience of a shift's event, read from the other side.
fn sees_duty(reader: &Member, each: &OnDuty) -> bool {
    sees_shift(reader, &each.shift) || reader.id == each.member.id
}
