//! Texts posted at a fixed rate: to our district's channel by its members in turn, or to a peer.

use tokio::task::JoinSet;

use super::frame_scan::{Frame, Op};
use super::mark;
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::socket::{Reader, Writer};
use super::tally::Tally;
use super::world::DISTRICT;

/// Who posts.
pub(super) enum Post {
    /// Members of our server, in turn: none of them posts more often than a person does.
    Members(Vec<Writer>),
    /// The one publisher of a peer, with the task that reads what it is told.
    Publisher { writer: Writer, _reading: JoinSet<()> },
}

impl Post {
    /// The publisher of a peer; what the peer answers is read and dropped.
    pub(super) fn publisher((mut reader, writer): (Reader, Writer)) -> Self {
        let (mut reading, answering) = (JoinSet::new(), writer.clone());
        reading.spawn(async move {
            let answer = |frame: Frame<'_>| {
                if frame.op == Op::Ping {
                    // A publisher that is cut off is told by what it can't send.
                    drop(answering.send(Op::Pong, frame.payload));
                }
            };
            while reader.turn(answer).await.is_ok() {}
        });
        Self::Publisher { writer, _reading: reading }
    }

    /// Posts at a pace, and counts what is sent; how many that were. Numbers go on from `first`.
    pub(super) async fn run(
        &self,
        mut pace: Pace,
        (first, bytes): (u64, usize),
        (watch, tally): (&Watch, &Tally),
    ) -> u64 {
        let mut posted = 0;
        while let Some((number, at_ns)) = pace.wait(&watch.lateness).await {
            let number = first + number;
            let text = mark::write(number, at_ns, bytes);
            let sent = self.say(number, &text);
            tally.tell(&sent);
            posted += u64::from(sent.is_ok());
        }
        posted
    }

    fn say(&self, number: u64, text: &str) -> std::io::Result<()> {
        match self {
            Self::Publisher { writer, .. } => writer.text(text.as_bytes()),
            Self::Members(writers) => {
                let turn = usize::try_from(number % writers.len() as u64).unwrap_or(0);
                writers[turn].text(message(text).as_bytes())
            }
        }
    }
}

/// A command that posts a text to the district's channel.
pub(super) fn message(body: &str) -> String {
    let [id, message] = [uuid::Uuid::now_v7(), uuid::Uuid::now_v7()];
    format!(
        r#"{{"type":"command","id":"{id}","request":{{"type":"post_message","message":"{message}","channel":"district:{DISTRICT}","body":"{body}"}}}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ClientMessage, Request};

    #[test]
    fn a_posted_text_is_a_command() {
        let text = mark::write(3, 4, 128);
        let ClientMessage::Command { request: Request::PostMessage { channel, body, .. }, .. } =
            ClientMessage::parse(&message(&text)).unwrap()
        else {
            panic!("not a message")
        };
        assert_eq!(channel.as_str(), format!("district:{DISTRICT}"));
        assert_eq!(mark::read(body.as_bytes()), Some((3, 4)));
    }
}
