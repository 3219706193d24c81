//! Purged stays purged, also what a backup still holds under a hold that was released since.

use std::time::Duration;

use serde_json::json;
use xunfang::app::Purged;
use xunfang::domain::{Fix, ShiftId};
use xunfang::protocol::Request;

use super::{asked, backed_up, put_back};
use crate::http::of_district;
use crate::personal::posts;
use crate::support::node::{NOW_MS, TestNode, sign_on};
use crate::support::{Backend, eventually, seed};

const DEADLINE: Duration = Duration::from_secs(20);
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The guard's shift, with a fix every 15 s.
async fn walked(node: &TestNode) -> ShiftId {
    let guard = node.client("guard").await;
    let shift = sign_on(&guard).await;
    let fix = |n: i64| Fix {
        at_ms: NOW_MS + n * 15_000,
        point: seed::in_park(),
        speed_mps: None,
        heading_deg: None,
        accuracy_m: Some(8.0),
    };
    node.clock.advance_ms(75_000);
    guard.report((0..6).map(fix).collect()).await;
    eventually(DEADLINE, "the fixes are kept", async || {
        let track = node.app.store.track(&"guard".into(), 0, i64::MAX).await.unwrap();
        (track.len() == 6).then_some(())
    })
    .await;
    guard.request(Request::SignOff { shift: shift.clone() }).await.unwrap();
    shift
}

async fn holds(node: &TestNode, id: &str, from: i64, to: i64) {
    let wanted = json!({ "id": id, "members": ["guard"], "reason": "案件调查",
        "from_ms": NOW_MS + from, "to_ms": NOW_MS + to });
    let placed = posts(node, "chief", &of_district("track-holds"), &wanted).await;
    assert_eq!(placed.status, 201, "{}", placed.text());
}

#[tokio::test]
async fn what_was_purged_since_the_backup_stays_purged() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap();
    let node = TestNode::seeded(&backend).await;
    let shift = walked(&node).await;
    holds(&node, "old", 0, 30_000).await;
    let (_folder, backup) = backed_up(data);
    let release = of_district("track-holds/old/release");
    let released = posts(&node, "chief", &release, &json!({ "reason": "已结案" })).await;
    assert_eq!(released.status, 200, "{}", released.text());
    holds(&node, "new", 60_000, 70_000).await;
    node.clock.advance_ms(31 * DAY_MS);
    let purged = node.app.purge().await.unwrap();
    assert_eq!(purged, Purged { fixes: 5, summaries: 1 });
    node.stop().await;
    let (main, tracks) = (data.join("xunfang.db"), data.join("tracks.db"));
    let fixes = "select cast(at_ms as text) from tracks order by at_ms";
    let summaries = "select json_array(shift, member, distance_m, grids, fixes) \
                     from shift_summaries";
    let held = "select json_array(id, members, from_ms, to_ms, reason, placed_by, placed_by_name, \
                placed_ms, released_by_name, released_ms, release_reason) from track_holds \
                order by id";
    let before = (asked(&tracks, fixes).await, asked(&main, summaries).await);
    let holds = asked(&main, held).await;
    assert_eq!(before.0, [(NOW_MS + 60_000).to_string()]);
    assert!(before.1[0].contains(shift.as_str()), "{:?}", before.1);

    put_back(&backup, data);
    // Before anything listens, and so before any purge by age.
    assert_eq!((asked(&tracks, fixes).await, asked(&main, summaries).await), before);
    assert_eq!(asked(&main, held).await, holds, "one is released, one placed");
    let reasons = "select id from texts where body in ('案件调查', '已结案') \
                   and id in (select reason from track_holds where id = 'new' \
                   union select release_reason from track_holds)";
    assert_eq!(asked(&main, reasons).await, Vec::<String>::new(), "typed after the backup: lost");
}
