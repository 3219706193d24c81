//! What a purge writes beside the tracks that it erases.

use super::context::Context;
use super::{Done, Fault};
use crate::domain::{AuditAction, AuditNote, DistrictId, HeldSpan, JournalFact, ShiftSummary};
use crate::store::{node, purge};

pub(super) async fn keep_summary(
    cx: &mut Context<'_, '_>,
    summary: &ShiftSummary,
) -> Result<Done, Fault> {
    purge::keep_summary(cx.tx, summary, cx.now_ms).await?;
    cx.journal(JournalFact::ShiftSummed(summary.clone()));
    Ok(Done::Stored)
}

/// Into the audit log how much went, into the journal what.
pub(super) async fn purged(
    cx: &mut Context<'_, '_>,
    (district, before_ms): (&DistrictId, i64),
    held: &[HeldSpan],
    (fixes, summaries): (u64, u64),
) -> Result<Done, Fault> {
    let note = AuditNote {
        action: AuditAction::Purged,
        object: Some("tracks".to_owned()),
        detail: Some(format!("{fixes} fixes before {before_ms}, {summaries} summaries")),
    };
    cx.audit(district, &note, None).await?;
    let (district, held) = (district.clone(), held.to_vec());
    cx.journal(JournalFact::TracksPurged { district, before_ms, held });
    Ok(Done::Stored)
}

pub(super) async fn forget_outcomes(
    cx: &mut Context<'_, '_>,
    before_ms: i64,
) -> Result<Done, Fault> {
    let forgotten = purge::forget_outcomes(cx.tx, before_ms).await?;
    metrics::counter!("xunfang_outcomes_purged_total").increment(forgotten);
    node::forget_gone(cx.tx, cx.deps.store.database()).await?;
    Ok(Done::Stored)
}
