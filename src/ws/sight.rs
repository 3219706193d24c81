//! What a session sees: read when it begins, and anew when its member's rights have changed.
//!
//! Invariant: a state is sent only if the rights that it was read under still held when it was
//! queued, and no event follows it that those rights don't show.

use std::collections::BTreeMap;

use super::{Backend, SignedIn};
use crate::auth::sight;
use crate::domain::{District, DistrictId};
use crate::hub::{Guard, Outbox};
use crate::protocol::{CloseReason, Code, Cursor, Refusal, ServerMessage, VERSION};

/// Events that a weak link takes a moment for: some tens of KiB.
const FAR_BEHIND: i64 = 32;

/// How far a client has read each district's log.
pub(super) type Cursors = BTreeMap<DistrictId, Cursor>;

/// What a client comes with.
pub(super) struct Arrival {
    /// How far it has read.
    pub(super) cursors: Cursors,
    /// [`Hub::rights_changes`] from before it was found out who it is.
    ///
    /// [`Hub::rights_changes`]: crate::hub::Hub::rights_changes
    pub(super) rights: u64,
}

/// Tries before the connection is closed as too slow: each failure means that 1 MiB of events, or
/// another change of rights, came during one read.
const TRIES: usize = 4;

/// Finds out who the session speaks for now, says so if it is news, and opens each district that
/// waits for it: at first from its client's cursors where that can be, and later by its state.
pub(super) async fn open<B: Backend>(
    backend: &B,
    (guard, outbox): (&Guard, &Outbox),
    before: &SignedIn,
    arrival: Option<&Arrival>,
) -> Result<SignedIn, CloseReason> {
    let mut said = arrival.is_none().then(|| before.caller.member.clone());
    for nth in 0..TRIES {
        outbox.take_rights();
        let is_known = |arrival: &Arrival| arrival.rights == backend.hub().rights_changes();
        // A whole district comes back at once, and nearly nobody's rights changed while it joined.
        let who = if nth == 0 && arrival.is_some_and(is_known) {
            before.clone()
        } else {
            refresh(backend, before).await?
        };
        if who.districts.iter().map(|d| &d.id).ne(before.districts.iter().map(|d| &d.id)) {
            return Err(CloseReason::Moved);
        }
        guard.set_keys(who.keys.clone());
        if said.as_ref() != Some(&who.caller.member) {
            outbox.preface(welcome(backend, &who));
            said = Some(who.caller.member.clone());
        }
        let cursors = arrival.map(|arrival| &arrival.cursors);
        let mut open = true;
        for district in &who.districts {
            open &= open_district(backend, outbox, &who, district, cursors).await?;
        }
        if open {
            return Ok(who);
        }
    }
    Err(CloseReason::TooSlow)
}

async fn refresh<B: Backend>(backend: &B, before: &SignedIn) -> Result<SignedIn, CloseReason> {
    backend.refresh(before).await.map_err(|refusal| match refusal.code {
        Code::Unauthenticated | Code::Forbidden => CloseReason::Unauthenticated,
        _ => CloseReason::Internal,
    })
}

fn welcome<B: Backend>(backend: &B, who: &SignedIn) -> String {
    let welcome = ServerMessage::Welcome {
        version: VERSION,
        server_ms: backend.clock().now_ms(),
        session: who.caller.session.clone(),
        member: who.caller.member.clone(),
        districts: who.districts.clone(),
    };
    welcome.encode()
}

/// Opens a district that waits for it; the events that are held follow. Returns whether it could
/// be queued; if not, it must be read again.
async fn open_district<B: Backend>(
    backend: &B,
    outbox: &Outbox,
    who: &SignedIn,
    district: &District,
    cursors: Option<&Cursors>,
) -> Result<bool, CloseReason> {
    if !outbox.is_holding(&district.id) {
        return Ok(true);
    }
    let sight = sight(&who.keys);
    let cursor = cursors.and_then(|cursors| cursors.get(&district.id));
    if let Some(cursor) = cursor.filter(|cursor| cursor.sight == sight)
        && let Some(head) = backend.can_resume(&district.id, cursor).await.map_err(unopened)?
    {
        return resume(backend, outbox, who, (&district.id, cursor.seq, head)).await;
    }
    let opening = backend.snapshot(who, &district.id).await.map_err(unopened)?;
    let reset = ServerMessage::Reset {
        district: district.id.clone(),
        epoch: opening.epoch,
        seq: opening.seq,
        sight,
        snapshot: Box::new(opening.snapshot),
    };
    Ok(outbox.go_live(&district.id, opening.seq, reset.encode()).is_ok())
}

/// Begins a district from a cursor. Whoever has much to read first hears who calls for help now.
async fn resume<B: Backend>(
    backend: &B,
    outbox: &Outbox,
    who: &SignedIn,
    (district, seq, head): (&DistrictId, i64, i64),
) -> Result<bool, CloseReason> {
    let calls = if head - seq > FAR_BEHIND {
        backend.open_calls(who, district).await.map_err(unopened)?
    } else {
        Vec::new()
    };
    let resumed = ServerMessage::Resumed { district: district.clone(), seq, head };
    Ok(outbox.resume(district, seq, resumed.encode(), calls).is_ok())
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
fn unopened(refusal: Refusal) -> CloseReason {
    tracing::warn!(code = %refusal.code, "a district could not be opened");
    CloseReason::Internal
}
