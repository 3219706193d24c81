//! What breaks a transaction and may pass is tried again; nobody hears of it.

use sqlx::{AnyConnection, Connection as _};
use xunfang::command::{Done, Failure};
use xunfang::http::install_recorder;
use xunfang::protocol::Code;

use super::{guard, reports, run};
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

/// Has the database do this the first so many times that an incident is added whose id begins with
/// `hiccup`. A sequence counts, since it isn't rolled back.
async fn hiccup(db: &mut AnyConnection, times: i64, what: &str) {
    for statement in [
        "drop trigger if exists hiccup on incidents".to_owned(),
        "drop sequence if exists hiccups".to_owned(),
        "create sequence hiccups".to_owned(),
        format!(
            "create or replace function hiccup() returns trigger language plpgsql as \
             $$ begin if new.id like 'hiccup%' and nextval('hiccups') <= {times} \
             then {what}; end if; return new; end $$"
        ),
        "create trigger hiccup before insert on incidents \
         for each row execute function hiccup()"
            .to_owned(),
    ] {
        run(db, statement).await;
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_does_not_is_refused_alone() {
    let recorder = install_recorder();
    let backend = Backend::postgres().await;
    let node = TestNode::seeded(&backend).await;
    let (guard, writer) = (guard(&node).await, &node.app.writer);
    let before = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap().seq;
    let mut db = AnyConnection::connect(backend.url()).await.unwrap();
    let raises = |code: &str| format!("raise exception 'hiccup' using errcode = '{code}'");
    for (times, what, cause) in [
        (2, raises("40001"), "serialization"),
        (2, raises("40P01"), "deadlock"),
        (2, raises("55P03"), "lock"),
        (1, "perform pg_terminate_backend(pg_backend_pid())".to_owned(), "connection"),
    ] {
        hiccup(&mut db, times, &what).await;
        let done = reports(writer, &guard, "hiccup").await;
        assert!(matches!(done, Ok(Done::Outcome(_))), "{cause}: {done:?}");
        let counted = format!("xunfang_writer_retries_total{{cause=\"{cause}\"}}");
        assert!(recorder.render().contains(&counted), "{counted}");
    }
    // One that always comes is the command's own.
    hiccup(&mut db, i64::MAX, &raises("40001")).await;
    let (bad, good) =
        tokio::join!(reports(writer, &guard, "hiccup"), reports(writer, &guard, "good"));
    let Err(Failure::Refused(refusal)) = bad else { panic!("{bad:?}") };
    assert_eq!(refusal.code, Code::Busy);
    assert!(matches!(good, Ok(Done::Outcome(_))), "{good:?}");
    let head = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap().seq;
    assert_eq!(head, before + 5, "each is there once, and the refused one is not");
    node.stop().await;
}
