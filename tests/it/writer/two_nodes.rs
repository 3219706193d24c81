//! Two nodes write in one district: each decides on what the other left, and a command that both
//! are asked is done once.

use sqlx::{AnyConnection, Connection as _};
use tokio::time::timeout;
use xunfang::bus::{Bus, LocalBus};
use xunfang::command::Command;
use xunfang::domain::{CommandId, IncidentId, IncidentMove, Level};
use xunfang::protocol::Code;

use super::commit_lost::{committing, hold_commits, let_commits_go};
use super::{Answer, Asker, DEADLINE, head, refused, seq};
use crate::support::node::{TestNode, fresh, moved, report};
use crate::support::{Backend, eventually, seed};

/// From asking one node to asking the other.
const MOVED_WITHIN_MS: i64 = 4_000;

fn accept(incident: &IncidentId) -> Command {
    let request = moved(incident, IncidentMove::Accept { level: Level::Three, grid: None });
    Command::Request { id: CommandId::fresh(), request, session: None }
}

/// A command is being committed on node one when node two is asked for another, or for the same.
/// What both answer, and by how much the log grew.
async fn asked_of_both(same: bool) -> (Answer, Answer, i64) {
    let backend = Backend::postgres().await;
    let one = TestNode::seeded(&backend).await;
    let two = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    let desks = [Asker::called(&one, "dispatch").await, Asker::called(&two, "dispatch").await];
    let incident = IncidentId::from(fresh("both"));
    let reported = desks[0].asks(report(&incident, Some(seed::in_park()), "hazard.manhole")).await;
    reported.expect("is stored");
    let before = head(&one).await;
    let mut admin = AnyConnection::connect(backend.url()).await.unwrap();
    hold_commits(&mut admin).await;
    let first = accept(&incident);
    let second = if same { first.clone() } else { accept(&incident) };
    let first = tokio::spawn(desks[0].apply(first));
    committing(&mut admin).await;
    let second = tokio::spawn(desks[1].apply(second));
    let waits = "select 1 from pg_stat_activity where datname = current_database() \
        and wait_event_type = 'Lock' and wait_event <> 'advisory'";
    eventually(DEADLINE, "the other node waits", async || {
        sqlx::query(waits).fetch_optional(&mut admin).await.unwrap().map(drop)
    })
    .await;
    let_commits_go(&mut admin).await;
    let first = timeout(DEADLINE, first).await.unwrap().unwrap();
    let second = timeout(DEADLINE, second).await.unwrap().unwrap();
    let grown = head(&one).await - before;
    one.stop().await;
    two.stop().await;
    (first, second, grown)
}

#[tokio::test]
async fn a_command_that_both_are_asked_is_done_once_and_both_tell_the_same() {
    let (first, second, grown) = asked_of_both(true).await;
    assert_eq!((&second, grown), (&first, 1));
    assert!(seq(&first) > 0);
}

#[tokio::test]
async fn what_one_has_done_the_other_does_not_do_again() {
    let (first, second, grown) = asked_of_both(false).await;
    assert!(seq(&first) > 0);
    assert_eq!(refused(&second), Some(Code::IllegalMove));
    assert_eq!(grown, 1);
}

/// Whoever moves from one node to another asks again, while the first one may still try.
#[tokio::test]
async fn what_one_refused_no_copy_that_came_to_the_other_before_stores() {
    let backend = Backend::postgres().await;
    let one = TestNode::seeded(&backend).await;
    let two = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    let desks = [Asker::called(&one, "dispatch").await, Asker::called(&two, "dispatch").await];
    let incident = IncidentId::from(fresh("later"));
    let asked = accept(&incident);
    two.clock.advance_ms(MOVED_WITHIN_MS);
    assert_eq!(refused(&desks[1].apply(asked.clone()).await), Some(Code::NotFound));
    let reported = desks[0].asks(report(&incident, Some(seed::in_park()), "hazard.manhole")).await;
    reported.expect("is stored");
    let before = head(&one).await;

    let copy = desks[0].apply(asked.clone()).await;
    assert_eq!((refused(&copy), head(&one).await), (Some(Code::NotFound), before));
    // Whoever reads a refusal and asks for the same again means it.
    one.clock.advance_ms(MOVED_WITHIN_MS);
    two.clock.advance_ms(1);
    let again = desks[1].apply(asked.clone()).await;
    assert_eq!((seq(&again), head(&one).await), (before + 1, before + 1));
    assert_eq!(desks[0].apply(asked).await, again);
    one.stop().await;
    two.stop().await;
}
