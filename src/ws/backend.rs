//! The app as the edge sees it.

use super::{Backend, Opening, SignedIn};
use crate::app::{App, Caller, unreadable};
use crate::auth::{keys, sees_incident};
use crate::clock::Clock;
use crate::domain::{CommandId, DistrictId, Fix};
use crate::feed::{alert_of, snapshot};
use crate::hub::{Hub, Page};
use crate::protocol::{Cursor, Outcome, Refusal, Request};

impl Backend for App {
    async fn authenticate(
        &self,
        cookie_token: Option<String>,
        hello_token: Option<String>,
    ) -> Result<SignedIn, Refusal> {
        let shown = hello_token.or(cookie_token);
        signed_in(self, self.caller_of(shown.as_deref()).await?).await
    }

    async fn refresh(&self, who: &SignedIn) -> Result<SignedIn, Refusal> {
        let member = self.member_now(&who.caller.session).await?;
        signed_in(self, Caller { member, ..who.caller.clone() }).await
    }

    async fn snapshot(&self, who: &SignedIn, district: &DistrictId) -> Result<Opening, Refusal> {
        let now_ms = self.clock.now_ms();
        let read = snapshot(&self.store, &who.caller.member, district, now_ms).await;
        let (head, snapshot) = read.map_err(unreadable)?;
        Ok(Opening { epoch: head.epoch, seq: head.seq, snapshot })
    }

    async fn can_resume(
        &self,
        district: &DistrictId,
        cursor: &Cursor,
    ) -> Result<Option<i64>, Refusal> {
        self.feed.history().can_resume(district, cursor).await.map_err(unreadable)
    }

    async fn open_calls(
        &self,
        who: &SignedIn,
        district: &DistrictId,
    ) -> Result<Vec<String>, Refusal> {
        let calls = self.store.open_help_calls().await.map_err(unreadable)?;
        let calls = calls.iter().map(|(_, incident)| incident).filter(|incident| {
            incident.district == *district && sees_incident(&who.caller.member, incident)
        });
        Ok(calls.map(alert_of).collect())
    }

    async fn page(&self, district: &DistrictId, seq: i64) -> Result<Option<Page>, Refusal> {
        self.feed.history().page(district, seq).await.map_err(unreadable)
    }

    async fn request(
        &self,
        who: &SignedIn,
        id: CommandId,
        request: Request,
    ) -> Result<Outcome, Refusal> {
        App::request(self, who.caller.clone(), id, request).await
    }

    async fn positions(&self, who: &SignedIn, fixes: Vec<Fix>) -> Result<(), Refusal> {
        self.take_positions(&who.caller, &fixes).await
    }

    fn hub(&self) -> &Hub {
        &self.hub
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

async fn signed_in(app: &App, caller: Caller) -> Result<SignedIn, Refusal> {
    let shift = app.store.open_shift(&caller.member.id).await.map_err(unreadable)?;
    Ok(SignedIn {
        keys: keys(&caller.member, shift.as_ref()),
        districts: app.districts_of(&caller.member).await?,
        caller,
    })
}
