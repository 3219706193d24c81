//! No session ever receives a byte that it may not see, and each receives all that it may: random
//! people, events, changes of rights and new connections, and an oracle of its own that decides.

pub(crate) mod oracle;
mod world;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::Backend;
use world::{Step, World};
use xunfang::domain::ShiftId;
use xunfang::domain::consent::CONSENT_VERSION;
use xunfang::protocol::Request;

/// Random walks, each on a district of its own, and the steps of one: some seconds.
const WALKS: u32 = 5;
const STEPS: usize = 40;

fn step() -> impl Strategy<Value = Step> {
    let (peer, which) = (|| any::<prop::sample::Index>(), || any::<prop::sample::Index>());
    prop_oneof![
        3 => (peer(), which()).prop_map(|(peer, kind)| Step::Report { peer, kind }),
        2 => which().prop_map(|incident| Step::Accept { incident }),
        4 => (which(), which(), which())
            .prop_map(|(incident, lead, support)| Step::Dispatch { incident, lead, support }),
        2 => (which(), which()).prop_map(|(incident, team)| Step::Reinforce { incident, team }),
        2 => which().prop_map(|incident| Step::Recall { incident }),
        1 => which().prop_map(|incident| Step::Void { incident }),
        3 => (peer(), which()).prop_map(|(peer, channel)| Step::Say { peer, channel }),
        5 => (peer(), which(), which(), which())
            .prop_map(|(peer, role, force, team)| Step::Change { peer, role, force, team }),
        2 => peer().prop_map(|peer| Step::Leave { peer }),
        2 => peer().prop_map(|peer| Step::Return { peer }),
        2 => peer().prop_map(|peer| Step::Duty { peer }),
    ]
}

on_both!(nobody_receives_a_byte_too_many_or_too_few);

async fn nobody_receives_a_byte_too_many_or_too_few(backend: Backend) {
    let config = Config::default();
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let mut resumed = 0;
    for walk in 0..WALKS {
        let steps = prop::collection::vec(step(), STEPS).new_tree(&mut runner).unwrap().current();
        let mut world = World::start(&backend, walk).await;
        for (at, step) in steps.into_iter().enumerate() {
            let told = format!("walk {walk}, step {at}: {step:?}");
            world.take(step).await;
            world.check(&told).await;
        }
        assert!(world.frames > STEPS, "too little was said to prove anything");
        resumed += world.resumed;
        world.stop().await;
    }
    assert!(resumed > 0, "nobody who came back went on from a cursor");
}

fn sign_on(shift: ShiftId) -> Request {
    Request::SignOn { shift, officer: Some("police".into()) }
}

fn consent() -> Request {
    Request::GiveConsent { version: CONSENT_VERSION }
}
