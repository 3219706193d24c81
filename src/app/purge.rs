//! The purge: fixes older than 30 days leave a summary of their shift and are erased, but for
//! what is held; outcomes of commands of that age are forgotten. Run twice, it does nothing more.

use super::{App, unreadable};
use crate::auth::Actor;
use crate::command::Command;
use crate::domain::shift_summary::{TRACK_KEPT_MS, distance_m};
use crate::domain::track_hold::unheld;
use crate::domain::{DistrictId, GridCode, HeldSpan, Member, MemberId, ShiftId, ShiftSummary};
use crate::protocol::Refusal;
use crate::store::member::MemberFilter;

/// Fixes that are erased at a time, so that new ones needn't wait long for their turn.
const BATCH: i64 = 2_000;
/// Members that are read at a time.
const PAGE: i64 = 500;

/// What a purge did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    /// Fixes that were erased.
    pub fixes: u64,
    /// Summaries that were made.
    pub summaries: u64,
}

impl App {
    /// Purges what is older than 30 days, and writes down how much that was.
    ///
    /// # Errors
    /// `busy` when the database can't be read or written; what was done until then stays done.
    pub async fn purge(&self) -> Result<Purged, Refusal> {
        let before_ms = self.clock.now_ms() - TRACK_KEPT_MS;
        let mut sum = Purged::default();
        for district in self.store.districts().await.map_err(unreadable)? {
            let purged = self.purge_district(&district.id, before_ms).await?;
            sum.fixes += purged.fixes;
            sum.summaries += purged.summaries;
        }
        if sum.fixes > 0 {
            self.store.settle_erased().await.map_err(unreadable)?;
        }
        self.writer.apply(Actor::System, Command::ForgetOutcomes { before_ms }).await?;
        Ok(sum)
    }

    async fn purge_district(
        &self,
        district: &DistrictId,
        before_ms: i64,
    ) -> Result<Purged, Refusal> {
        let mut sum = Purged::default();
        let mut held = Vec::new();
        let mut after: Option<MemberId> = None;
        loop {
            let filter =
                MemberFilter { after: after.take(), limit: PAGE, ..MemberFilter::default() };
            let page = self.store.members(district, &filter).await;
            let page = page.map_err(unreadable)?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            for member in &page {
                sum.summaries += self.sum_shifts(member, before_ms).await?;
                let (erased, mut left) = self.erase(member, before_ms).await?;
                sum.fixes += erased;
                held.append(&mut left);
            }
        }
        if sum == Purged::default() {
            return Ok(sum);
        }
        let counts = (sum.fixes, sum.summaries);
        let command = Command::Purged { district: district.clone(), before_ms, held, counts };
        self.writer.apply(Actor::System, command).await?;
        metrics::counter!("xunfang_tracks_purged_total").increment(sum.fixes);
        Ok(sum)
    }

    async fn sum_shifts(&self, member: &Member, before_ms: i64) -> Result<u64, Refusal> {
        let shifts = self.store.shifts_to_sum(&member.id, before_ms).await.map_err(unreadable)?;
        let mut made = 0;
        for shift in shifts {
            let summary = self.summary(member, shift).await?;
            self.writer.apply(Actor::System, Command::KeepSummary(Box::new(summary))).await?;
            made += 1;
        }
        Ok(made)
    }

    async fn summary(&self, member: &Member, shift: ShiftId) -> Result<ShiftSummary, Refusal> {
        let track = self.store.shift_track(&member.id, &shift).await.map_err(unreadable)?;
        let mut grids: Vec<GridCode> = track.iter().filter_map(|(_, grid)| grid.clone()).collect();
        grids.sort();
        grids.dedup();
        let fixes: Vec<_> = track.into_iter().map(|(fix, _)| fix).collect();
        Ok(ShiftSummary {
            shift,
            district: member.district.clone(),
            member: member.id.clone(),
            distance_m: distance_m(&fixes),
            grids,
            fixes: i64::try_from(fixes.len()).unwrap_or(i64::MAX),
        })
    }

    /// How many went, and what was left because it is held.
    async fn erase(
        &self,
        member: &Member,
        before_ms: i64,
    ) -> Result<(u64, Vec<HeldSpan>), Refusal> {
        let held = self.store.held_spans(&member.district, &member.id).await;
        let held = held.map_err(unreadable)?;
        let mut erased = 0;
        for span in unheld(before_ms, &held) {
            loop {
                let some = self.store.erase_fixes(&member.id, span, BATCH).await;
                match some.map_err(unreadable)? {
                    0 => break,
                    some => erased += some,
                }
            }
        }
        let span = |(from_ms, to_ms)| HeldSpan { member: member.id.clone(), from_ms, to_ms };
        Ok((erased, held.into_iter().map(span).collect()))
    }
}
