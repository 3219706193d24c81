//! The bus over TLS: a certificate that an authority of ours vouches for is taken, and no other.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::timeout;
use xunfang::bus::{
    Bus, BusError, BusEvent, BusMessage, BusReceiver, BusSignal, BusStatus, RedisBus, Trust,
    UnitFix,
};
use xunfang::clock::Clock;
use xunfang::server::OwnCertificate;

use crate::support::http::{Ask, ask_at};
use crate::support::process::{Launch, Process};
use crate::support::{Backend, Redis, ReservedPort, eventually};

const SOON: Duration = Duration::from_secs(15);
/// Some attempts fit into it.
const A_WHILE: Duration = Duration::from_secs(2);

/// A certificate and its key in a folder.
struct Pem(TempDir);

impl Pem {
    fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = [name.to_owned()];
        OwnCertificate::keep(folder.path(), &names, Clock::system().now_ms()).unwrap();
        Self(folder)
    }

    fn cert(&self) -> PathBuf {
        self.0.path().join("cert.pem")
    }

    fn path(&self, file: &str) -> String {
        self.0.path().join(file).to_str().unwrap().to_owned()
    }
}

/// A Redis that speaks TLS alone, to the user `node` with the password `se:cret`.
fn redis(pem: &Pem) -> Redis {
    Redis::start_with(|port| {
        let port = port.to_string();
        let (cert, key) = (pem.path("cert.pem"), pem.path("key.pem"));
        let tls = ["--port", "0", "--tls-port", &port, "--tls-auth-clients", "no"];
        let files = ["--tls-cert-file", &cert, "--tls-key-file", &key, "--tls-ca-cert-file", &cert];
        let node = ["--user", "node", "on", ">se:cret", "~xf:*", "&xf:*", "-@all"];
        // As docs/OPERATIONS.md says.
        let may = ["+ping", "+select", "+publish", "+subscribe", "+unsubscribe"];
        let keep = ["+hset", "+hdel", "+hvals", "+pexpire"];
        let nobody = ["--user", "default", "off"];
        tls.iter()
            .chain(&files)
            .chain(&node)
            .chain(&may)
            .chain(&keep)
            .chain(&nobody)
            .map(|&word| word.to_owned())
            .collect()
    })
}

fn url(redis: &Redis) -> String {
    format!("rediss://node:se%3Acret@127.0.0.1:{}", redis.port())
}

fn start(url: &str, trust: PathBuf) -> (Bus, BusReceiver) {
    let bus = RedisBus::start_trusting(url, &Trust::File(trust), Clock::system());
    let bus = Bus::Redis(bus.expect("the address is one"));
    let receiver = bus.subscribe();
    (bus, receiver)
}

async fn until_connected(bus: &Bus) {
    eventually(SOON, "the bus is connected", async || {
        (bus.status() == BusStatus::Connected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_vouched_certificate_carries_events_both_ways_and_over_a_restart() {
    let pem = Pem::of("127.0.0.1");
    let mut redis = redis(&pem);
    let (here, mut hears) = start(&url(&redis), pem.cert());
    until_connected(&here).await;
    let event = |seq| BusEvent {
        district: "420882001".to_owned(),
        seq,
        // Longer than a record of TLS.
        payload: "巡".repeat(20_000).into(),
    };
    for seq in 1..=2 {
        eventually(SOON, "it connects", async || {
            (here.status() == BusStatus::Connected).then_some(())
        })
        .await;
        here.publish_event(event(seq)).unwrap();
        let heard = async {
            while hears.recv().await != BusSignal::Message(BusMessage::Event(event(seq))) {}
        };
        timeout(SOON, heard).await.expect("it comes back");
        if seq == 1 {
            redis.restart();
            eventually(SOON, "the restart is noticed", async || {
                (here.status() != BusStatus::Connected).then_some(())
            })
            .await;
        }
    }
    // What is kept is told when a district begins to be of interest, after what is forgotten.
    let fix = |unit: &str| UnitFix {
        district: "420882001".to_owned(),
        unit: unit.to_owned(),
        at_ms: 1,
        json: format!("\"{unit}\""),
    };
    let until = async |hears: &mut BusReceiver, payload: &str, kept: bool| {
        let payload = payload.to_owned().into();
        let told = BusSignal::Message(BusMessage::Positions { payload, kept });
        timeout(SOON, async { while hears.recv().await != told {} }).await.expect("it is told");
    };
    until_connected(&here).await;
    here.publish_positions(vec![fix("a")]);
    until(&mut hears, r#"["a"]"#, false).await;
    here.set_interest(["420882001"]);
    until(&mut hears, r#"["a"]"#, true).await;
    here.forget_unit("420882001", "a");
    here.publish_positions(vec![fix("b")]);
    until(&mut hears, r#"["b"]"#, false).await;
    here.set_interest(["PHL22"]);
    timeout(SOON, async { while hears.recv().await != BusSignal::Gap {} })
        .await
        .expect("it is heard");
    here.set_interest(["420882001"]);
    until(&mut hears, r#"["b"]"#, true).await;
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_or_of_another_host_is_refused() {
    let (pem, other, elsewhere) = (Pem::of("127.0.0.1"), Pem::of("127.0.0.1"), Pem::of("10.9.9.9"));
    let (good, bad) = (redis(&pem), redis(&elsewhere));
    let plain = Redis::start();
    let plain = format!("rediss://127.0.0.1:{}", plain.port());
    for (what, url, trust) in [
        ("an authority that never signed it", url(&good), other.cert()),
        ("a certificate of another host", url(&bad), elsewhere.cert()),
        ("a server that speaks no TLS", plain, pem.cert()),
    ] {
        let (bus, mut receiver) = start(&url, trust);
        let heard = timeout(A_WHILE, receiver.recv()).await;
        assert!(heard.is_err(), "{what}: {heard:?}");
        assert!(matches!(bus.status(), BusStatus::Degraded { .. }), "{what}");
    }
    let (bus, _) = start(&url(&good), pem.cert());
    until_connected(&bus).await;
}

#[tokio::test]
async fn a_wrong_password_and_none_are_refused() {
    let pem = Pem::of("127.0.0.1");
    let redis = redis(&pem);
    let wrong = url(&redis).replace("cret", "crets");
    let none = format!("rediss://127.0.0.1:{}", redis.port());
    for url in [wrong, none] {
        let (bus, mut receiver) = start(&url, pem.cert());
        timeout(A_WHILE, receiver.recv()).await.expect_err("nothing is confirmed");
        assert!(matches!(bus.status(), BusStatus::Degraded { .. }));
    }
}

#[tokio::test]
async fn a_file_without_an_authority_is_refused_at_the_start() {
    let pem = Pem::of("127.0.0.1");
    for file in ["key.pem", "names", "nowhere.pem"] {
        let trust = Trust::File(pem.0.path().join(file));
        let error = RedisBus::start_trusting("rediss://127.0.0.1", &trust, Clock::system());
        let error = error.expect_err("nobody is to be trusted");
        assert!(matches!(error, BusError::Trust(_)), "{file}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_believes_whom_the_variable_of_the_system_names() {
    let (pem, other) = (Pem::of("127.0.0.1"), Pem::of("127.0.0.1"));
    let redis = redis(&pem);
    let backend = Backend::postgres().await;
    for (trusted, connected) in [(&pem, true), (&other, false)] {
        let data = tempfile::tempdir().unwrap();
        let port = ReservedPort::take().release();
        let (listen, data) = (format!("127.0.0.1:{port}"), data.path().to_str().unwrap());
        let variables = [
            format!("XUNFANG__DATABASE__URL={}", backend.url()),
            format!("XUNFANG__BUS__URL={}", url(&redis)),
            format!("SSL_CERT_FILE={}", trusted.path("cert.pem")),
        ];
        let serve = [env!("CARGO_BIN_EXE_xunfang"), "serve", "--listen", &listen];
        let rest = ["--metrics", "", "--data", data];
        let program = ["env"].into_iter().chain(variables.iter().map(String::as_str));
        let launch = Launch {
            program: program.chain(serve).chain(rest).collect(),
            ready_line: "xunfang listens on",
            end_signal: "KILL",
            remove_folder: None,
        };
        let _server = tokio::task::block_in_place(|| Process::start(&launch));
        let bus = async || {
            ask_at(listen.parse().unwrap(), Ask::get("/readyz")).await.json()["bus"].as_bool()
        };
        if connected {
            eventually(SOON, "it connects", async || (bus().await == Some(true)).then_some(()))
                .await;
        } else {
            timeout(A_WHILE, async { while bus().await == Some(false) {} })
                .await
                .expect_err("it must not connect");
        }
    }
}
