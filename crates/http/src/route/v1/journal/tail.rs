//! `GET /v1/journal/tail`: what was written after a place, the oldest first; where there is nothing yet,
//! it may wait for it.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_authority::journal::{self, MAX_RECORDS, Tail};
use symbolon_journal::Filter;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Wanted;
use crate::app::App;
use crate::bearer::{Allowed, ReadJournal};
use crate::document::{Params, json};
use crate::problem::Problem;

/// The longest wait: half of what a server that stops gives its requests.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How often a waiting request looks: a person watches, and each look is one point read.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// From where on, and how long to wait.
#[derive(Deserialize)]
pub(in super::super) struct Query {
    /// The `after` of the answer before; absent: from now on.
    after: Option<i64>,
    /// In milliseconds, at most 10,000.
    #[serde(default)]
    wait_ms: u64,
}

pub(in super::super) async fn tail(
    State(app): State<App>,
    allowed: Allowed<ReadJournal>,
    Params(query): Params<Query>,
    Params(wanted): Params<Wanted>,
) -> Result<Response<Body>, Problem> {
    let filter = wanted.filter(allowed.realm.node)?;
    let wait = Duration::from_millis(query.wait_ms).min(LONGEST_WAIT);
    Ok(json(&watch(&app, &filter, query.after, wait).await?))
}

/// Looks until there is something, or the time is over.
async fn watch(
    app: &App,
    filter: &Filter,
    mut after: Option<i64>,
    wait: Duration,
) -> Result<Tail, Problem> {
    let end = Instant::now() + wait;
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let tail = journal::tail(app.world(), filter, after, MAX_RECORDS).await?;
        if !tail.items.is_empty() || Instant::now() >= end {
            return Ok(tail);
        }
        after = Some(tail.after);
    }
}
