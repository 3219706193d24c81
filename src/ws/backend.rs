//! The app as the edge sees it.

use super::{Backend, Opening, SignedIn};
use crate::app::{App, unreadable};
use crate::auth::{keys, token};
use crate::clock::Clock;
use crate::domain::{CommandId, DistrictId, Fix};
use crate::feed::snapshot;
use crate::hub::Hub;
use crate::protocol::{Outcome, Refusal, Request};

impl Backend for App {
    async fn authenticate(
        &self,
        cookie_token: Option<String>,
        hello_token: Option<String>,
    ) -> Result<SignedIn, Refusal> {
        let shown = hello_token.or(cookie_token);
        let member = self.member_of(shown.as_deref()).await?;
        Ok(SignedIn {
            // The digest names the session without being able to open it.
            session: shown.as_deref().map(token::digest).unwrap_or_default(),
            keys: keys(&member),
            districts: self.districts_of(&member).await?,
            member,
        })
    }

    async fn snapshot(&self, who: &SignedIn, district: &DistrictId) -> Result<Opening, Refusal> {
        let now_ms = self.clock.now_ms();
        let read = snapshot(&self.store, &who.member, district, now_ms).await;
        let (head, snapshot) = read.map_err(unreadable)?;
        Ok(Opening { epoch: head.epoch, seq: head.seq, snapshot })
    }

    async fn request(
        &self,
        who: &SignedIn,
        id: CommandId,
        request: Request,
    ) -> Result<Outcome, Refusal> {
        App::request(self, who.member.clone(), id, request).await
    }

    async fn positions(&self, who: &SignedIn, fixes: Vec<Fix>) -> Result<(), Refusal> {
        self.take_positions(&who.member, &fixes).await
    }

    fn hub(&self) -> &Hub {
        &self.hub
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}
