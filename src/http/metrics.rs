//! What Prometheus reads, on a listener of its own, and what this edge adds to it.
//!
//! A process has one recorder, however many servers it starts. Labels are closed lists: routes
//! stand there as patterns, never as what somebody asked for.

use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Upper bounds of times, in seconds: the goals of the hub stand between them.
const SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Samples are folded into their buckets this often, so that they don't pile up unread.
const FOLD_EVERY: Duration = Duration::from_secs(5);
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the process's recorder; again is harmless.
pub fn install_recorder() -> PrometheusHandle {
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
                .expect("there are buckets");
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another metrics recorder is installed; /metrics stays empty");
            }
            handle
        })
        .clone()
}

/// `GET /metrics`, for a listener of its own: it says more than the public should know.
pub fn metrics_router(recorder: PrometheusHandle) -> Router {
    let render = move || async move { ([(header::CONTENT_TYPE, TEXT)], recorder.render()) };
    Router::new().route("/metrics", get(render))
}

/// Keeps the recorder's memory small until the token is cancelled.
pub async fn fold_metrics(recorder: PrometheusHandle, shutdown: CancellationToken) {
    let mut ticks = interval(FOLD_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => recorder.run_upkeep(),
        }
    }
}

/// Counts and times what is answered.
pub(super) async fn measure(request: Request, next: Next) -> Response {
    let route = route(&request);
    let begun = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("xunfang_http_requests_total", "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("xunfang_http_request_seconds", "route" => route)
        .record(begun.elapsed().as_secs_f64());
    response
}

/// The pattern that the path matched, never the path.
pub(super) fn route(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("other", MatchedPath::as_str).to_owned()
}
