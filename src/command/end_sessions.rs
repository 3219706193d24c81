//! How sessions end: signed out, lapsed, or ended by somebody else. Open sockets of an ended
//! session close on every node, because its end is an event.

use super::context::Context;
use super::{Done, Fault};
use crate::auth::About;
use crate::auth::lockout::LOCK_MS;

use crate::domain::{AuditAction, AuditNote, DistrictId, Event, JournalFact, MemberId, SessionId};
use crate::protocol::{Code, Refusal};
use crate::store::session::{self, Held};
use crate::store::sign_in_failure;

/// Which of a member's sessions end.
#[derive(Debug, Clone)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// All of them.
    All,
    /// All but this one.
    AllBut(SessionId),
}

impl Which {
    fn is(&self, id: &SessionId) -> bool {
        match self {
            Self::One(one) => one == id,
            Self::All => true,
            Self::AllBut(kept) => kept != id,
        }
    }
}

/// The own ones, by whoever asks; those that have ended already are no error.
pub(super) async fn own(cx: &mut Context<'_, '_>, which: &Which) -> Result<Done, Fault> {
    let member = cx.member()?.clone();
    let ended = end(cx, &member.district, &member.id, which).await?;
    if ended > 0 {
        let note = AuditNote {
            detail: Some(format!("sessions {ended}")),
            ..AuditNote::of(AuditAction::SessionsEnded, format!("member:{}", member.id))
        };
        cx.audit(&member.district, &note, None).await?;
    }
    Ok(Done::Stored)
}

/// Ends sessions of a member and tells; how many there were.
pub(super) async fn end(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    member: &MemberId,
    which: &Which,
) -> Result<usize, Fault> {
    let held = session::of(cx.tx, member).await?;
    let ended: Vec<SessionId> =
        held.into_iter().map(|held| held.id).filter(|id| which.is(id)).collect();
    if !ended.is_empty() {
        cx.journal(JournalFact::SessionsEnded { sessions: ended.clone() });
    }
    tell(cx, district, member, ended).await
}

async fn tell(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    member: &MemberId,
    sessions: Vec<SessionId>,
) -> Result<usize, Fault> {
    if sessions.is_empty() {
        return Ok(0);
    }
    for id in &sessions {
        session::end(cx.tx, id).await?;
    }
    let ended = sessions.len();
    let (district, member) = (district.clone(), member.clone());
    let event = Event::SessionsEnded { district: district.clone(), member, sessions };
    cx.emit(&district, event, About::Itself).await?;
    Ok(ended)
}

/// Keeps that a person does something; a session that has ended does nothing any more.
pub(super) async fn touch(cx: &mut Context<'_, '_>, session: &SessionId) -> Result<(), Fault> {
    if session::touch(cx.tx, session, cx.now_ms).await? {
        return Ok(());
    }
    Err(Refusal::new(Code::Unauthenticated, "this session has ended").into())
}

/// Ends what has lapsed: over its time, or a console without a person; and forgets failures that
/// count no more.
pub(super) async fn sweep(cx: &mut Context<'_, '_>) -> Result<Done, Fault> {
    sign_in_failure::purge(cx.tx, cx.now_ms - LOCK_MS).await?;
    for Held { id, member, district, .. } in session::lapsed(cx.tx, cx.now_ms).await? {
        tell(cx, &district, &member, vec![id.clone()]).await?;
        let note = AuditNote {
            detail: Some(format!("lapsed {id}")),
            ..AuditNote::of(AuditAction::SessionsEnded, format!("member:{member}"))
        };
        cx.audit(&district, &note, None).await?;
    }
    Ok(Done::Stored)
}
