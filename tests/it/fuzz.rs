//! A node against bytes that no client of ours sends. Invariant: whatever comes, nothing panics,
//! what goes out is well formed, the connection ends, and everybody else is answered.

mod bytes;
mod panics;
mod socket;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::Runtime;
use tokio::time::timeout;
use xunfang::client::RequestError;
use xunfang::domain::{IncidentId, IncidentMove};

use crate::support::Backend;
use crate::support::node::{TestNode, moved};
use crate::workflow::DEADLINE;
use bytes::{Piece, pieces};

/// Connections, half of them signed in: about five seconds.
const CASES: u32 = 800;

/// The same cases in every run; one that fails is made small and printed.
#[test]
fn no_bytes_break_a_node() {
    let runtime = Runtime::new().unwrap();
    let (node, token, healthy) = runtime.block_on(async {
        let node = TestNode::seeded(&Backend::sqlite()).await;
        let (token, healthy) = (node.token("guard").await, node.client("police").await);
        (node, token, healthy)
    });
    let one = async |signed_in: bool, pieces: &[Piece]| {
        let panics = panics::counted();
        let sent: Vec<u8> = pieces.iter().flat_map(Piece::bytes).collect();
        let talk = socket::talk(node.address, signed_in.then_some(token.as_str()), &sent);
        let frames = timeout(DEADLINE, talk).await.map_err(|_| fail("it stays open"))?;
        frames.map_err(|fault| fail(&fault))?;
        let nothing = moved(&IncidentId::from("nothing"), IncidentMove::Resume {});
        match timeout(DEADLINE, healthy.request(nothing)).await {
            Ok(Err(RequestError::Refused(_))) => {}
            other => return Err(fail(&format!("somebody else is answered {other:?}"))),
        }
        prop_assert_eq!(panics.now(), 0, "something panicked");
        Ok(())
    };
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let cases = (any::<bool>(), pieces());
    let ran = runner.run(&cases, |(signed_in, pieces)| runtime.block_on(one(signed_in, &pieces)));
    ran.unwrap();
    runtime.block_on(node.stop());
}

fn fail(why: &str) -> TestCaseError {
    TestCaseError::fail(why.to_owned())
}
