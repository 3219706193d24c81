//! Every endpoint of the document.

use hyper::Method;
use xunfang::http::{Access, Endpoint, access};

use super::{FOREIGN, Stage, Verdict, verdict};
use crate::support::http::Ask;
use crate::support::seed;

/// Parameters that a list can't do without.
const QUERIES: &[(&str, &str)] = &[
    ("/check-ins", "since_ms=1795521900000"),
    ("/roster", "from_ms=1795521900000&to_ms=1795521900000"),
    ("/counts", "from=2026-W47&to=2026-W47"),
    ("/export", "week=2026-W47"),
    ("/imports", "what=stations&name=file"),
];

pub(super) async fn hold(stage: &Stage) {
    let mut asked = 0;
    for endpoint in access() {
        asked += one(stage, &endpoint).await;
    }
    assert!(asked > 500, "only {asked} questions were asked");
}

async fn one(stage: &Stage, endpoint: &Endpoint) -> usize {
    let (home, away) = (path(endpoint, seed::DISTRICT), path(endpoint, FOREIGN));
    let nobody = status(stage, endpoint, &home, None).await;
    let actions = match endpoint.access {
        Access::Anybody(reason) => {
            assert!(reason.len() > 8, "{endpoint:?}");
            return 1;
        }
        Access::SignedIn | Access::Newcomer => &[][..],
        Access::Granted(actions) => actions,
    };
    assert_eq!(nobody, 401, "{endpoint:?} lets nobody in");
    let mut asked = 1;
    for seat in Stage::seats() {
        let member = &stage.people[&(seat, seed::DISTRICT)];
        let token = stage.token(seat, seed::DISTRICT).await;
        let at_home = status(stage, endpoint, &home, Some(&token)).await;
        let case = format!("{seat}: {} {}: {at_home}", endpoint.method, endpoint.path);
        assert!(at_home < 500 && at_home != 401, "{case}");
        match endpoint.access {
            Access::SignedIn | Access::Newcomer => assert_ne!(at_home, 403, "{case}"),
            _ => match verdict(member, actions) {
                Verdict::Never => assert_eq!(at_home, 403, "{case}"),
                Verdict::Always => assert_ne!(at_home, 403, "{case}"),
                Verdict::Perhaps => {}
            },
        }
        asked += 1;
        if home != away {
            let token = stage.token(seat, seed::DISTRICT).await;
            let abroad = status(stage, endpoint, &away, Some(&token)).await;
            // A body or a query that can't be read says nothing of the district.
            assert!([400, 403, 404].contains(&abroad), "abroad, {case}, {abroad}");
            asked += 1;
        }
    }
    asked
}

fn path(endpoint: &Endpoint, district: &str) -> String {
    let mut path = endpoint.path.replace("{district}", district).replace("{table}", "grids");
    while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
        path.replace_range(from..=to, "none");
    }
    let query = QUERIES.iter().find(|(end, _)| path.ends_with(end));
    query.map_or(path.clone(), |(_, query)| format!("{path}?{query}"))
}

async fn status(stage: &Stage, endpoint: &Endpoint, path: &str, token: Option<&str>) -> u16 {
    let method: Method = endpoint.method.to_uppercase().parse().unwrap();
    let body = (method != Method::GET && method != Method::DELETE).then_some("{}");
    let ask = Ask { method, body, bearer: token, ..Ask::get(path) };
    stage.node.ask(ask).await.status
}
