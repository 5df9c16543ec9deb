//! Health: whether the process lives, and whether it should be sent requests.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, FORWARDED};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use symbolon_identity::World;
use symbolon_identity::access::MAX_BEHIND;
use tokio::time::timeout;

use crate::app::App;
use crate::call::Arrival;
use crate::metrics::text;
use crate::problem::Problem;
use crate::server::Via;

/// How long a look at the writer may take: whoever asks has seldom more patience.
const PATIENCE: Duration = Duration::from_secs(2);

/// How far the clock may be ahead and nobody needs to know: what NTP corrects without being noticed.
const TOLERATED_LAG: Duration = Duration::from_mins(1);

/// How many times as long as it is ahead the clock takes until the machine's has caught up: it goes
/// on by nine tenths.
const CATCH_UP: u64 = 10;

/// The type of `OpenMetrics` 1.0, which every Prometheus since 2.5 asks for.
pub(super) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

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

/// The database answers and takes writes, and this node knows what others wrote: it may be sent
/// requests. What is wrong, and how to mend it, stands in `details`.
async fn ready(State(app): State<App>, arrival: Arrival) -> (StatusCode, Json<Value>) {
    let database = Database::of(app.world()).await;
    let behind = app.world().follower.behind(arrival.call.now);
    let ahead = app.lag();
    let is_ready = database == Database::Answers && behind <= MAX_BEHIND;
    let (status, word) = if is_ready {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    let mut reply = json!({
        "status": word,
        "database": database.name(),
        "behind_ms": millis(behind),
        "clock_ahead_ms": millis(ahead),
    });
    let details = [database.detail(), late(behind), hasty(ahead)];
    let details: Vec<_> = details.into_iter().flatten().collect();
    if let (false, Value::Object(reply)) = (details.is_empty(), &mut reply) {
        reply.insert("details".to_owned(), json!(details));
    }
    (status, Json(reply))
}

/// How the database stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Database {
    /// It reads and writes.
    Answers,
    /// It reads, and does not write, for this reason.
    Reads(String),
    /// The writer has not come to answer within [`PATIENCE`].
    Slow,
    /// It does not answer.
    Silent,
}

impl Database {
    /// Looks; one that could not be written is tried, so that it is found well again.
    async fn of(world: &World) -> Self {
        if world.probe().await.is_err() {
            return Self::Silent;
        }
        let looked = timeout(PATIENCE, async {
            if world.db.healthy() {
                world.db.look().await
            } else {
                world.db.probe().await
            }
        });
        // A queue that is full is no fault of the database; what is one is known by now.
        match (looked.await, world.db.write_fault()) {
            (_, Some(fault)) => Self::Reads(fault.to_string()),
            (Err(_), None) => Self::Slow,
            (Ok(_), None) if world.db.healthy() => Self::Answers,
            (Ok(_), None) => Self::Silent,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Reads(_) => "reads only",
            Self::Slow => "slow",
            Self::Silent => "does not answer",
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Answers => None,
            Self::Reads(fault) => Some(fault.clone()),
            Self::Slow => Some(format!(
                "no write came through within {} seconds; look at the disk, or for a program that \
                 holds the database",
                PATIENCE.as_secs()
            )),
            Self::Silent => Some(
                "the database does not answer; the log says why, and this node goes on by itself \
                 once it answers"
                    .to_owned(),
            ),
        }
    }
}

/// What to say of a node that does not know what others wrote.
fn late(behind: Duration) -> Option<String> {
    (behind > MAX_BEHIND).then(|| {
        format!(
            "this node has not read the journal for {} ms and judges no token until it has; if that \
             stays so, look at the database and its network",
            behind.as_millis()
        )
    })
}

/// What to say of a clock that is waiting for the machine's.
fn hasty(ahead: Duration) -> Option<String> {
    (ahead > TOLERATED_LAG).then(|| {
        format!(
            "time here is {} s ahead of the machine's clock, which was set back, and waits for it: \
             set the machine's clock right; tokens carry times that are ahead, and assertions of \
             clients look expired, for about {} minutes",
            ahead.as_secs(),
            (ahead.as_secs() * CATCH_UP).div_ceil(60)
        )
    })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Whether a request comes from this machine. Behind a proxy that was not named to us, everybody seems to.
pub(super) fn is_near((via, peer): (Via, IpAddr), headers: &HeaderMap) -> bool {
    let is_forwarded = headers.contains_key(FORWARDED) || headers.contains_key("x-forwarded-for");
    via == Via::Local || (peer.is_loopback() && !is_forwarded)
}

/// What is counted, for those who may see it.
async fn metrics(
    State(app): State<App>,
    arrival: Arrival,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let near = is_near((arrival.via, arrival.peer), &headers);
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
