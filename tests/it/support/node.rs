//! A whole node on a free port, its time owned by the test, and clients that sign in to it.
//! Invariant: the node drains when it is stopped, and its part in the test ends there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use xunfang::app::App;
use xunfang::bus::{Bus, LocalBus};
use xunfang::client::{Client, Options, RequestError};
use xunfang::clock::{Clock, Period};
use xunfang::command::WriterSettings;
use xunfang::domain::consent::CONSENT_VERSION;
use xunfang::domain::{IncidentId, IncidentMove, KindCode, NodePlace, ShiftId};
use xunfang::protocol::{Outcome, Refusal, Request};
use xunfang::server::{Door, Node, Parts};
use xunfang::spatial::Point;
use xunfang::store::{DatabaseSettings, Store};

use super::{Backend, seed};

/// When the tests' clocks begin: 2026-11-24 20:05 in Shanghai.
pub(crate) const NOW_MS: i64 = 1_795_521_900_000;

/// The civil day of [`NOW_MS`] in Shanghai.
pub(crate) fn today() -> Period {
    Period::parse("2026-11-24", "2026-11-24").expect("a day")
}

/// A running node.
pub(crate) struct TestNode {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    pub(crate) clock: Clock,
    shutdown: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    _folders: (TempDir, Option<Arc<TempDir>>),
}

impl TestNode {
    /// A node alone on this database, with the seeded district.
    pub(crate) async fn seeded(backend: &Backend) -> Self {
        let node = Self::start(backend, Bus::Local(LocalBus::new())).await;
        seed::district(&node.app.writer).await;
        node
    }

    /// A node on this database and this bus.
    pub(crate) async fn start(backend: &Backend, bus: Bus) -> Self {
        Self::start_at(backend, bus, Clock::manual(NOW_MS)).await
    }

    /// The same with this clock.
    pub(crate) async fn start_at(backend: &Backend, bus: Bus, clock: Clock) -> Self {
        Self::start_through(backend, bus, clock, |listener| vec![listener.into()]).await
    }

    /// The same through these doors, of which the first is at the node's address.
    pub(crate) async fn start_through(
        backend: &Backend,
        bus: Bus,
        clock: Clock,
        doors: impl FnOnce(TcpListener) -> Vec<Door>,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temp folder can be made");
        let (settings, data) = match backend.folder() {
            Some(data) => (DatabaseSettings::default(), data.to_owned()),
            None => {
                let url = backend.url().to_owned();
                (DatabaseSettings { url, readers: 2 }, folder.path().to_owned())
            }
        };
        let store = Store::open(&settings, &data).await.expect("the store opens");
        let writer = WriterSettings::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let place = NodePlace { name: "test".to_owned(), address: address.to_string() };
        let parts = Parts { store, bus, clock: clock.clone(), writer, demo: false, place };
        let node = Node::start(parts).await.expect("the node starts");
        let app = node.app.clone();
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(node.serve_through(doors(listener), shutdown.clone()));
        let _folders = (folder, backend.keep());
        Self { app, address, clock, shutdown, serving, _folders }
    }

    /// A client of this account.
    pub(crate) async fn client(&self, account: &str) -> Client {
        Client::connect(self.options(account).await).await.expect("the client connects")
    }

    /// How this account connects.
    pub(crate) async fn options(&self, account: &str) -> Options {
        let signed_in = self.app.sign_in(account, seed::PASSWORD, None).await;
        let token = Some(signed_in.expect("the account is seeded").token);
        let url = format!("ws://{}/ws", self.address);
        Options { url, token, cookie: None, reconnect: true }
    }

    /// Drains the node.
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        self.serving.await.expect("serving ends").expect("the listener was fine");
    }
}

/// A fresh id that sorts after the ones before it.
pub(crate) fn fresh(prefix: &str) -> String {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What a request was refused with.
pub(crate) fn refusal(result: Result<Outcome, RequestError>) -> Refusal {
    match result {
        Err(RequestError::Refused(refusal)) => *refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Consents to positions.
pub(crate) async fn consent(client: &Client) {
    let request = Request::GiveConsent { version: CONSENT_VERSION };
    client.request(request).await.expect("consents");
}

/// Signs on with consent.
pub(crate) async fn sign_on(client: &Client) -> ShiftId {
    let shift = ShiftId::from(fresh("shift"));
    consent(client).await;
    let request = Request::SignOn { shift: shift.clone(), officer: Some("police".into()) };
    client.request(request).await.expect("signs on");
    shift
}

/// A report of a manhole here.
pub(crate) fn report(incident: &IncidentId, point: Option<Point>, kind: &str) -> Request {
    Request::ReportIncident {
        incident: incident.clone(),
        point,
        kind: KindCode::from(kind),
        observed_ms: NOW_MS,
        text: Some("路灯不亮".to_owned()),
        drill: false,
    }
}

/// Moves an incident.
pub(crate) fn moved(incident: &IncidentId, step: IncidentMove) -> Request {
    Request::MoveIncident { incident: incident.clone(), step }
}
