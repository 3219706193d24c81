//! 打卡: by position near the post, by word with a reason, and marked where it can't be believed.

use xunfang::client::Client;
use xunfang::domain::check_in::CheckInMethod;
use xunfang::domain::{CheckIn, CheckInId};
use xunfang::protocol::{Code, Request};
use xunfang::spatial::Point;

use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode, fresh, refusal, sign_on};
use crate::support::{Backend, seed};

on_both!(
    a_visit_counts_laps_and_is_told,
    a_visit_is_refused_with_the_field_that_is_wrong,
    a_visit_that_cannot_be_is_kept_and_marked,
);

struct Visit {
    method: CheckInMethod,
    point: Option<Point>,
    accuracy_m: Option<f64>,
    observed_ms: i64,
    reason: Option<&'static str>,
    checkpoint: &'static str,
}

const THERE: Visit = Visit {
    method: CheckInMethod::Gps,
    point: None,
    accuracy_m: Some(10.0),
    observed_ms: NOW_MS,
    reason: None,
    checkpoint: seed::CHECKPOINT,
};

impl Visit {
    fn request(self) -> Request {
        Request::CheckIn {
            check_in: CheckInId::from(fresh("visit")),
            checkpoint: self.checkpoint.into(),
            method: self.method,
            point: self.point,
            accuracy_m: self.accuracy_m,
            observed_ms: self.observed_ms,
            reason: self.reason.map(str::to_owned),
        }
    }
}

async fn visits(client: &Client, visit: Visit) -> CheckIn {
    *client.request(visit.request()).await.expect("is taken").check_in.expect("is a visit")
}

fn there() -> Visit {
    Visit { point: Some(seed::in_park()), ..THERE }
}

async fn a_visit_counts_laps_and_is_told(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    sign_on(&guard).await;
    let first = visits(&guard, there()).await;
    assert_eq!((first.lap, first.doubtful, first.distance_m), (1, false, Some(0.0)));
    node.clock.advance_ms(60_000);
    let by_word = Visit { method: CheckInMethod::Manual, reason: Some("手机无定位"), ..THERE };
    let second = visits(&guard, by_word).await;
    assert_eq!((second.lap, second.point, second.doubtful), (2, None, false));
    assert_eq!(second.reason.expect("has one").body, None, "an outcome keeps no typed text");
    let path = format!("/api/districts/{}/check-ins?since_ms={NOW_MS}", seed::DISTRICT);
    for (account, seen) in [("dispatch", 2), ("guard2", 2), ("guard", 2), ("police", 0)] {
        let token = node.token(account).await;
        let listed = node.ask(Ask::get(&path).by(&token)).await.json();
        assert_eq!(listed.as_array().unwrap().len(), seen, "{account}");
        if seen > 0 {
            assert_eq!(listed[1]["reason"]["body"], "手机无定位", "{account}");
        }
    }
    node.stop().await;
}

async fn a_visit_is_refused_with_the_field_that_is_wrong(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    assert_eq!(refusal(guard.request(there().request()).await).code, Code::OffDuty);
    sign_on(&guard).await;
    let far = Some(seed::at_home());
    for (visit, code, field) in [
        (THERE, Code::Invalid, "point"),
        (Visit { point: far, ..THERE }, Code::Invalid, "point"),
        (Visit { accuracy_m: Some(101.0), ..there() }, Code::Invalid, "accuracy_m"),
        (Visit { accuracy_m: None, ..there() }, Code::Invalid, "accuracy_m"),
        (Visit { checkpoint: "nowhere", ..there() }, Code::NotFound, "checkpoint"),
        (Visit { method: CheckInMethod::Manual, ..there() }, Code::Invalid, "reason"),
    ] {
        let refused = refusal(guard.request(visit.request()).await);
        assert_eq!((refused.code, refused.field.as_deref()), (code, Some(field)));
    }
    node.stop().await;
}

async fn a_visit_that_cannot_be_is_kept_and_marked(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    sign_on(&guard).await;
    node.clock.advance_ms(5 * 60_000);
    let now_ms = node.clock.now_ms();
    let ahead = visits(&guard, Visit { observed_ms: now_ms + 600_000, ..there() }).await;
    assert_eq!((ahead.doubtful, ahead.observed_ms), (true, now_ms), "the receipt's time");
    // About a kilometre in no time, by a code on a post that was carried away.
    let carried = Visit {
        method: CheckInMethod::Qr,
        point: Some(seed::at_home()),
        observed_ms: now_ms,
        ..THERE
    };
    assert!(visits(&guard, carried).await.doubtful);
    let offline = visits(&guard, Visit { observed_ms: NOW_MS + 1_000, ..there() }).await;
    assert_eq!((offline.observed_ms, offline.doubtful), (NOW_MS + 1_000, false));
    node.stop().await;
}
