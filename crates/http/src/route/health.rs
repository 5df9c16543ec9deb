//! Health: whether the process lives, and whether it should be sent requests.

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, FORWARDED};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use symbolon_identity::access::MAX_BEHIND;

use crate::app::App;
use crate::call::Arrival;
use crate::metrics::text;
use crate::problem::Problem;
use crate::server::Via;

/// The type of `OpenMetrics` 1.0, which every Prometheus since 2.5 asks for.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(lives))
        .route("/metrics", get(metrics))
        .route("/readyz", get(ready))
}

/// The process lives: it should not be restarted.
async fn lives() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// The database answers and this node knows what others wrote: it may be sent requests.
async fn ready(State(app): State<App>, arrival: Arrival) -> (StatusCode, Json<Value>) {
    let world = app.world();
    let answers = if world.db.healthy() {
        world.probe().await.is_ok()
    } else {
        world.db.probe().await.is_ok()
    };
    let behind = world.follower.behind(arrival.call.now);
    let status = if answers && behind <= MAX_BEHIND {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let reply = json!({
        "status": if status == StatusCode::OK { "ready" } else { "not ready" },
        "database": if answers { "answers" } else { "does not answer" },
        "behind_ms": u64::try_from(behind.as_millis()).unwrap_or(u64::MAX),
    });
    (status, Json(reply))
}

/// What is counted, for those who may see it.
async fn metrics(
    State(app): State<App>,
    arrival: Arrival,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    // Behind a proxy that was not named to us, everybody seems to be on this machine.
    let is_forwarded = headers.contains_key(FORWARDED) || headers.contains_key("x-forwarded-for");
    let near = arrival.via == Via::Local || (arrival.peer.is_loopback() && !is_forwarded);
    if !near && !app.options().metrics_public {
        let detail = "metrics are read from this machine; the setting metrics_public opens them";
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "metrics_private",
            detail,
        ));
    }
    let text = text(&app, arrival.call.now).map_err(Problem::internal)?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text))
}
