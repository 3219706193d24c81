//! Where people are: told only by consent, by one device, to those who may, for a time.

mod audience;
mod consent;
mod grant;
mod help;
mod own_access;
mod purge;

use std::time::Duration;

use xunfang::client::{Client, Notice};
use xunfang::domain::{Fix, MemberId};
use xunfang::protocol::{ClientMessage, Code, PositionFormat};

use crate::support::{eventually, seed};

const DEADLINE: Duration = Duration::from_secs(20);

/// A fix in the park at this time.
fn fix(at_ms: i64) -> Fix {
    let point = seed::in_park();
    Fix { at_ms, point, speed_mps: None, heading_deg: None, accuracy_m: Some(5.0) }
}

async fn watches(client: &Client) {
    let format = PositionFormat::Binary;
    client.say(ClientMessage::Watch { format, forces: None, viewport: None }).await;
}

/// Waits until the client sees this unit with a fix of this time.
async fn sees(client: &Client, unit: &str, at_ms: i64) {
    let unit = MemberId::from(unit);
    eventually(DEADLINE, "the unit is seen", async || {
        client.look(|state| state.units.get(&unit).filter(|fix| fix.at_ms == at_ms).map(|_| ()))
    })
    .await;
}

/// Waits until the client doesn't see this unit.
async fn loses(client: &Client, unit: &str) {
    let unit = MemberId::from(unit);
    eventually(DEADLINE, "the unit is gone", async || {
        client.look(|state| state.units.get(&unit).is_none().then_some(()))
    })
    .await;
}

fn is_seen(client: &Client, unit: &str) -> bool {
    client.look(|state| state.units.get(&unit.into()).is_some())
}

/// The code of the next error that isn't an answer to a request.
async fn error(notices: &mut tokio::sync::mpsc::Receiver<Notice>) -> Code {
    let next = async {
        loop {
            match notices.recv().await {
                Some(Notice::Error(refusal)) => return refusal.code,
                Some(_) => {}
                None => panic!("the client ended"),
            }
        }
    };
    tokio::time::timeout(DEADLINE, next).await.expect("an error comes")
}
