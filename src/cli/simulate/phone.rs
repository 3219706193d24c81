//! A simulated phone: connected while it has signal; what it saw without is sent afterwards, the
//! newest first.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::client::{Client, Options, RequestError};
use crate::domain::Fix;
use crate::protocol::limits::MAX_FIXES;
use crate::protocol::{Outcome, Request};

/// Fixes that wait for signal; the oldest go first beyond it.
const BACKLOG: usize = 5_000;
/// A connection that isn't there after this long is tried again at the next tick.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// An answer that isn't there after this long: the link is gone, and the phone tries anew.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// One phone.
pub(super) struct Phone {
    options: Options,
    /// Bounds how many of a run's phones connect at a time: people don't all come at one second.
    doors: Arc<Semaphore>,
    client: Option<Client>,
    backlog: Vec<Fix>,
}

impl Phone {
    /// A phone that is switched on.
    pub(super) fn new(url: String, token: String, doors: Arc<Semaphore>) -> Self {
        let options = Options { url, token: Some(token), cookie: None, reconnect: true };
        Self { options, doors, client: None, backlog: Vec::new() }
    }

    /// Whether it is connected; connects when it isn't.
    pub(super) async fn connected(&mut self) -> bool {
        if self.client.is_none()
            && let Ok(_turn) = self.doors.acquire().await
        {
            let connecting = Client::connect(self.options.clone());
            match timeout(CONNECT_WITHIN, connecting).await {
                Ok(Ok(client)) => self.client = Some(client),
                Ok(Err(end)) => tracing::debug!(?end, "a simulated phone can't connect"),
                Err(_) => tracing::debug!("a simulated phone waits for its connection in vain"),
            }
        }
        self.client.is_some()
    }

    /// Loses its signal, or is switched off.
    pub(super) fn disconnect(&mut self) {
        self.client = None;
    }

    /// Keeps a fix for later.
    pub(super) fn keep(&mut self, fix: Fix) {
        if self.backlog.len() == BACKLOG {
            self.backlog.remove(0);
        }
        self.backlog.push(fix);
    }

    /// Sends a fix at once, and then, newest first, those that waited.
    pub(super) async fn report(&mut self, fix: Fix) {
        let Some(client) = &self.client else { return };
        client.report(vec![fix]).await;
        let mut waiting = std::mem::take(&mut self.backlog);
        waiting.reverse();
        for some in waiting.chunks(MAX_FIXES) {
            client.report(some.to_vec()).await;
        }
    }

    /// Asks for something; nothing when there is no link.
    pub(super) async fn ask(&mut self, request: Request) -> Option<Result<Outcome, RequestError>> {
        let client = self.client.as_ref()?;
        match timeout(ANSWER_WITHIN, client.request(request)).await {
            Ok(answer) => Some(answer),
            Err(_) => {
                self.client = None;
                None
            }
        }
    }

    /// The client, while it is connected.
    pub(super) fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }
}
