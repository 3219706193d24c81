//! Where everybody is, as a desk on each node shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use xunfang::client::{Client, Options, State};
use xunfang::clock::Clock;
use xunfang::domain::consent::CONSENT_VERSION;
use xunfang::domain::{MemberId, ShiftId};
use xunfang::protocol::{ClientMessage, PositionFormat, Request};

use crate::crash::cast::{Cast, PATIENCE};
use crate::crash::crew::{Person, fix};
use crate::crash::oracle::Faults;
use crate::crash::truth::Truth;
use crate::support::Backend;

/// From the phone on one node to the desk on the other.
const SEEN_WITHIN: Duration = Duration::from_secs(2);

/// For so long after they went off the map nobody is shown.
const HIDDEN_MS: i64 = 2_001;

/// Whom a desk shows, and as of when.
type Shown = BTreeMap<MemberId, i64>;

/// A desk that looks at the whole map, always on the same node.
pub(super) async fn desk(token: String, server: SocketAddr) -> Client {
    let url = format!("ws://{server}/ws");
    let options = Options { url, token: Some(token), cookie: None, reconnect: true };
    let client = Client::connect(options).await.unwrap();
    let watch =
        ClientMessage::Watch { format: PositionFormat::Binary, forces: None, viewport: None };
    client.say(watch).await;
    client
}

/// Everybody reports where they are: soon each desk shows those who may be shown, as of now, and
/// nobody else. Also says how long it took.
pub(super) async fn converge(
    cast: &Cast,
    desks: &[Client],
    backend: &Backend,
) -> (Duration, Faults) {
    // One for each node at least.
    for person in &cast.crew[..desks.len()] {
        go_on_duty(cast, person).await;
    }
    for desk in desks {
        let live = desk.wait_for(|state| state.live.then_some(()));
        timeout(PATIENCE, live).await.expect("a desk comes back");
    }
    let truth = Truth::read(backend, &cast.district).await;
    let now_ms = Clock::system().now_ms();
    let (on_duty, may) = (on_duty(&truth), may_be_shown(&truth));
    let shown = |state: &State| -> Shown {
        state.units.all().into_iter().map(|(member, fix)| (member, fix.at_ms)).collect()
    };
    // Whoever leaves the map stays away for a moment, also who is back at once: nobody did so later
    // than the last event.
    let times = truth.log.iter().map(|logged| logged.at_ms);
    let now_ms = now_ms.max(times.max().unwrap_or(0) + HIDDEN_MS);
    let start = Instant::now();
    for person in &cast.crew {
        person.client.report(vec![fix(now_ms)]).await;
    }
    let mut faults = Vec::new();
    for (n, desk) in desks.iter().enumerate() {
        let right = desk.wait_for(|state| {
            let shown = shown(state);
            let fresh = on_duty.iter().all(|id| shown.get(id) == Some(&now_ms));
            (fresh && shown.keys().all(|id| may.contains(id))).then_some(())
        });
        if timeout(SEEN_WITHIN.saturating_sub(start.elapsed()), right).await.is_err() {
            let shown = desk.look(shown);
            faults.push(format!(
                "after {SEEN_WITHIN:?} desk {n} shows {shown:?}, not {on_duty:?} at {now_ms}, or \
                 others than {may:?}"
            ));
        }
    }
    let took = start.elapsed();
    // Whichever is later notices.
    let same = async {
        let [one, other] = [0, 1].map(|n: usize| {
            desks[n].wait_for(move |state| (shown(state) == desks[1 - n].look(shown)).then_some(()))
        });
        tokio::select! {
            () = one => {}
            () = other => {}
        }
    };
    if timeout(SEEN_WITHIN, same).await.is_err() {
        let [one, other] = [0, 1].map(|n: usize| desks[n].look(shown));
        faults.push(format!("one desk shows {one:?}, the other {other:?}"));
    }
    (took, faults)
}

/// On duty, with consent to be shown.
async fn go_on_duty(cast: &Cast, person: &Person) {
    let (member, record) = (&person.member.id, &cast.record);
    let shift = person.client.look(|state| {
        state.views.get(&cast.district).and_then(|view| view.on_duty.get(member)).cloned()
    });
    let consents = shift.as_ref().is_some_and(|duty| duty.shift.consent_ms.is_some());
    if !consents {
        person.ask(Request::GiveConsent { version: CONSENT_VERSION }, record).await;
    }
    if shift.is_none() {
        let officer = Some("police".into());
        person.ask(Request::SignOn { shift: ShiftId::fresh(), officer }, record).await;
    }
}

/// The open shifts with consent. A row is id, member, started, ended, consent, device.
fn on_duty(truth: &Truth) -> BTreeSet<MemberId> {
    let open = truth.shifts.iter().filter(|row| row[3] == "-" && row[4] != "-");
    open.map(|row| row[1].as_str().into()).collect()
}

/// And those whose call for help is open. A row is incident, member, since, open.
fn may_be_shown(truth: &Truth) -> BTreeSet<MemberId> {
    let calls = truth.help_calls.iter().filter(|row| row[3] == "open");
    let callers = calls.map(|row| row[1].as_str().into());
    callers.chain(on_duty(truth)).collect()
}
