//! A data folder that no server holds: the same commands through the same writer.

use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{Loader, Pace};
use crate::auth::Actor;
use crate::bus::{Bus, LocalBus};
use crate::clock::Clock;
use crate::command::{Atlas, Command, Deps, Done, Writer, WriterSettings};
use crate::domain::DistrictId;
use crate::feed::Feed;
use crate::protocol::Refusal;
use crate::store::{DatabaseSettings, FolderLock, Store};

/// A folder that this process owns until it is closed.
pub(super) struct Offline {
    pub(super) store: Store,
    pub(super) clock: Clock,
    writer: Writer,
    writing: JoinHandle<()>,
    stop: CancellationToken,
    _lock: FolderLock,
}

impl Offline {
    /// Takes the folder and opens its store.
    pub(super) async fn open(data: &Path) -> anyhow::Result<Self> {
        let lock = FolderLock::take(data)?;
        let store = Store::open(&DatabaseSettings::default(), data).await?;
        let clock = Clock::system();
        let deps = Deps {
            store: store.clone(),
            clock: clock.clone(),
            atlas: Arc::new(Atlas::default()),
            // Nobody listens: a server that starts later reads the log.
            feed: Feed::new(Bus::Local(LocalBus::new()), store.clone()),
        };
        let stop = CancellationToken::new();
        let (writer, writing) = Writer::new(deps, &WriterSettings::default(), stop.clone());
        let writing = tokio::spawn(writing);
        Ok(Self { store, clock, writer, writing, stop, _lock: lock })
    }

    /// Applies a command as the system.
    pub(super) async fn apply(&self, command: Command) -> anyhow::Result<Done> {
        let done = self.writer.apply(Actor::System, command).await;
        done.map_err(|failure| anyhow!("{}", Refusal::from(failure).message))
    }

    /// Who stores a file's slices.
    pub(super) fn loader(&self, district: &DistrictId) -> Loader {
        let (writer, district) = (self.writer.clone(), district.clone());
        Loader { writer, actor: Actor::System, district, pace: Pace::Alone }
    }

    /// Lets go of the folder; what was answered is stored.
    pub(super) async fn close(self) {
        self.stop.cancel();
        if let Err(error) = self.writing.await {
            tracing::error!(%error, "the writer did not end well");
        }
        self.store.close().await;
    }
}
