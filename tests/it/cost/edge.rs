//! An edge whose clients take everything at once and answer nothing: what is left is our own work.
//!
//! Invariant: nothing here depends on the clock, so that a figure is the same in every run.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};
use xunfang::app::Caller;
use xunfang::clock::Clock;
use xunfang::domain::{AudienceKey, CommandId, District, DistrictId, Fix, Force, Member, Role};
use xunfang::hub::{Hub, Page};
use xunfang::protocol::{Cursor, Outcome, Refusal, Request, Snapshot};
use xunfang::store::session::SessionKind;
use xunfang::ws::{Backend, Opening, Settings, SignedIn, Sockets};

const HELLO: &str = r#"{"type":"hello","version":1,"token":"t"}"#;
const WATCH: &str = r#"{"type":"watch","format":"binary"}"#;

/// Clients on one thread.
pub(super) struct Edge {
    pub(super) hub: Hub,
    runtime: Runtime,
    writes: Arc<AtomicU64>,
}

impl Edge {
    /// So many who follow the district, and look at its map.
    pub(super) fn start(clients: u64) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let clock = Clock::manual(1_000_000);
        let hub = Hub::new(clock.clone());
        let sockets = Sockets::new(Stub { hub: hub.clone(), clock }, Settings::default());
        let writes = Arc::new(AtomicU64::new(0));
        let edge = Self { hub, runtime, writes };
        edge.runtime.block_on(async {
            for _ in 0..clients {
                let says = [HELLO, WATCH].iter().flat_map(|text| masked(text)).collect();
                sockets.serve(Client { says, writes: Arc::clone(&edge.writes) }, None);
            }
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        });
        assert_eq!(edge.hub.viewers(&district()) as u64, clients);
        edge
    }

    /// Does this, and then what the sessions make of it.
    pub(super) fn after(&self, work: impl FnOnce(&Hub)) {
        self.runtime.block_on(async {
            work(&self.hub);
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        });
    }

    /// How often a socket was written so far.
    pub(super) fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }
}

pub(super) fn district() -> DistrictId {
    DistrictId::from("d")
}

pub(super) fn key() -> AudienceKey {
    AudienceKey::everyone(&district())
}

/// A client's frame, under a mask of zeros.
fn masked(text: &str) -> Vec<u8> {
    let len = u8::try_from(text.len()).unwrap();
    assert!(len < 126);
    [&[0x81, 0x80 | len, 0, 0, 0, 0], text.as_bytes()].concat()
}

#[derive(Debug)]
struct Client {
    says: Vec<u8>,
    writes: Arc<AtomicU64>,
}

impl AsyncRead for Client {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.says.is_empty() {
            return Poll::Pending;
        }
        room.put_slice(&std::mem::take(&mut self.says));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Client {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Everybody is the same member of a district without a state.
#[derive(Clone)]
struct Stub {
    hub: Hub,
    clock: Clock,
}

impl Backend for Stub {
    async fn authenticate(
        &self,
        _: Option<String>,
        _: Option<String>,
    ) -> Result<SignedIn, Refusal> {
        static SESSIONS: AtomicU64 = AtomicU64::new(0);
        let member = Member {
            id: "m".into(),
            district: district(),
            org: "o".into(),
            force: Force::Guard,
            role: Role::Patrol,
            team: None,
            grid: None,
            name: "m".to_owned(),
        };
        // Each its own session: one that came back this often would be held back.
        let session = SESSIONS.fetch_add(1, Ordering::Relaxed).to_string().into();
        let caller = Caller { member, session, kind: SessionKind::Device, must_change: false };
        let district = District {
            id: district(),
            name: "d".to_owned(),
            timezone: "Asia/Shanghai".to_owned(),
            prefix: "D".to_owned(),
            demo: true,
        };
        Ok(SignedIn { caller, keys: vec![key()], districts: vec![district] })
    }

    async fn refresh(&self, who: &SignedIn) -> Result<SignedIn, Refusal> {
        Ok(who.clone())
    }

    async fn snapshot(&self, _: &SignedIn, _: &DistrictId) -> Result<Opening, Refusal> {
        Ok(Opening { epoch: "e".to_owned(), seq: 0, snapshot: Snapshot::default() })
    }

    async fn can_resume(&self, _: &DistrictId, _: &Cursor) -> Result<Option<i64>, Refusal> {
        Ok(None)
    }

    async fn open_calls(&self, _: &SignedIn, _: &DistrictId) -> Result<Vec<String>, Refusal> {
        Ok(Vec::new())
    }

    async fn page(&self, _: &DistrictId, _: i64) -> Result<Option<Page>, Refusal> {
        Ok(None)
    }

    async fn request(&self, _: &SignedIn, _: CommandId, _: Request) -> Result<Outcome, Refusal> {
        Err(Refusal::not_found("thing"))
    }

    async fn positions(&self, _: &SignedIn, _: Vec<Fix>) -> Result<(), Refusal> {
        Ok(())
    }

    fn hub(&self) -> &Hub {
        &self.hub
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}
