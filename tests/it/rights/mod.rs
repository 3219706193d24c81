//! The matrix over the wire: every endpoint and every request, by somebody in every seat, at home
//! and in a foreign district, against a real server. What is expected is read off the matrix.

mod endpoints;
mod requests;

use std::collections::HashMap;

use xunfang::auth::{Action, Actor, Grant, Seat, matrix::cell, seat};
use xunfang::command::{Command, Done, MemberSeed, Settlement};
use xunfang::domain::{DistrictId, Force, Member, MemberId, Role};

use crate::support::node::TestNode;
use crate::support::{Backend, seed};

/// Another district of the same installation.
const FOREIGN: &str = "420882003";

on_both!(
    every_endpoint_keeps_to_the_matrix,
    every_request_keeps_to_the_matrix_over_http_and_over_a_socket
);

async fn every_endpoint_keeps_to_the_matrix(backend: Backend) {
    let stage = Stage::set(&backend).await;
    endpoints::hold(&stage).await;
    stage.node.stop().await;
}

async fn every_request_keeps_to_the_matrix_over_http_and_over_a_socket(backend: Backend) {
    let stage = Stage::set(&backend).await;
    requests::hold(&stage).await;
    stage.node.stop().await;
}

/// A node with two districts, and somebody in every seat of both.
struct Stage {
    node: TestNode,
    people: HashMap<(Seat, &'static str), Member>,
}

impl Stage {
    async fn set(backend: &Backend) -> Self {
        let node = TestNode::seeded(backend).await;
        seed::district_called(&node.app.writer, FOREIGN, "-b").await;
        let mut people = HashMap::new();
        for (district, suffix) in [(seed::DISTRICT, ""), (FOREIGN, "-b")] {
            let mut settlement = Settlement::of(DistrictId::from(district));
            for (seat, member) in one_in_every_seat(district, suffix) {
                settlement.members.push(MemberSeed { member: member.clone(), phone: None });
                people.insert((seat, district), member);
            }
            let command = Command::Settle(Box::new(settlement));
            node.app.writer.apply(Actor::System, command).await.unwrap();
        }
        Self { node, people }
    }

    /// Somebody's fresh token: some endpoints end the session that asks.
    async fn token(&self, seat: Seat, district: &'static str) -> String {
        let member = self.people[&(seat, district)].id.clone();
        token_of(&self.node, district, member).await
    }

    fn seats() -> impl Iterator<Item = Seat> {
        // A resident has no account: their rights are held by unit tests.
        Seat::ALL.iter().copied().filter(|seat| *seat != Seat::Resident)
    }
}

async fn token_of(node: &TestNode, district: &str, member: MemberId) -> String {
    let nobody = Settlement::of(DistrictId::from(district));
    let command = Command::MintTokens(Box::new(nobody), vec![member]);
    let done = node.app.writer.apply(Actor::System, command).await.unwrap();
    let Done::Tokens(mut tokens) = done else { panic!("no tokens") };
    tokens.pop().unwrap().1
}

fn one_in_every_seat(district: &str, suffix: &str) -> Vec<(Seat, Member)> {
    let mut found: Vec<(Seat, Member)> = Vec::new();
    // Those whose force makes no difference to their seat get one that grants little.
    for role in Role::ALL {
        for force in Force::ALL.iter().rev() {
            let member = Member {
                id: MemberId::from(format!("seat-{role}-{force}{suffix}")),
                district: DistrictId::from(district),
                org: format!("community{suffix}").as_str().into(),
                force: *force,
                role: *role,
                team: None,
                grid: None,
                name: format!("演示{role}"),
            };
            let seat = seat(&member);
            if found.iter().all(|(known, _)| *known != seat) {
                found.push((seat, member));
            }
        }
    }
    assert_eq!(found.len(), Seat::ALL.len() - 1, "all but the resident");
    found
}

/// What the matrix says of somebody for whom one of these must be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Whatever it is about.
    Never,
    /// It depends on what it is about.
    Perhaps,
    /// All over the district.
    Always,
}

fn verdict(member: &Member, actions: &[Action]) -> Verdict {
    let grants = actions.iter().map(|action| match cell(*action, seat(member)) {
        Grant::AsForce => xunfang::auth::grant(member, *action),
        grant => grant,
    });
    let grants: Vec<Grant> = grants.collect();
    if grants.iter().all(|grant| *grant == Grant::No) {
        Verdict::Never
    } else if grants.iter().all(|grant| *grant == Grant::Yes) {
        Verdict::Always
    } else {
        Verdict::Perhaps
    }
}
