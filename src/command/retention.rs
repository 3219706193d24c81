//! What a purge writes beside the tracks that it erases.

use super::context::Context;
use super::{Done, Fault};
use crate::domain::ShiftSummary;
use crate::store::purge;

pub(super) async fn keep_summary(
    cx: &mut Context<'_, '_>,
    summary: &ShiftSummary,
) -> Result<Done, Fault> {
    purge::keep_summary(cx.tx, summary, cx.now_ms).await?;
    Ok(Done::Stored)
}

pub(super) async fn forget_outcomes(
    cx: &mut Context<'_, '_>,
    before_ms: i64,
) -> Result<Done, Fault> {
    let forgotten = purge::forget_outcomes(cx.tx, before_ms).await?;
    metrics::counter!("xunfang_outcomes_purged_total").increment(forgotten);
    Ok(Done::Stored)
}
