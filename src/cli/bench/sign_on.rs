//! Members who sign on, each over their own connection: the session that signs on is the one whose
//! positions are taken.

use anyhow::ensure;
use uuid::Uuid;

use super::socket::Writer;
use super::tally::Tally;

/// So many ask at a time: the server's queue is bounded.
const AT_ONCE: usize = 1_000;

/// Signs all of them on, and waits until they are. What they are answered isn't counted.
///
/// # Errors
/// When one of them is refused.
pub(super) async fn sign_on(members: &[Writer], tally: &Tally) -> anyhow::Result<()> {
    let mut asked = 0;
    for some in members.chunks(AT_ONCE) {
        for member in some {
            member.text(command().as_bytes())?;
        }
        asked += some.len() as u64;
        tally.settle(|tally| tally.acks.get() + tally.refused.get() >= asked).await;
    }
    let on = tally.acks.get();
    ensure!(on == asked, "{on} of {asked} members could sign on");
    tally.acks.set(0);
    Ok(())
}

fn command() -> String {
    let [id, shift] = [Uuid::now_v7(), Uuid::now_v7()];
    format!(
        r#"{{"type":"command","id":"{id}","request":{{"type":"sign_on","shift":"{shift}","officer":null}}}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ClientMessage, Request};

    #[test]
    fn a_sign_on_is_one() {
        let message = ClientMessage::parse(&command()).unwrap();
        assert!(matches!(
            message,
            ClientMessage::Command { request: Request::SignOn { officer: None, .. }, .. }
        ));
    }
}
