//! `GET /v1/journal`: the newest first.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_authority::journal;

use super::Wanted;
use crate::app::App;
use crate::bearer::{Allowed, ReadJournal};
use crate::document::{Limit, Params, json};
use crate::problem::Problem;

/// Which page.
#[derive(Deserialize)]
pub(in super::super) struct Query {
    #[serde(default)]
    limit: Limit,
    /// The `next` of the page before.
    before: Option<i64>,
}

pub(in super::super) async fn search(
    State(app): State<App>,
    allowed: Allowed<ReadJournal>,
    Params(page): Params<Query>,
    Params(wanted): Params<Wanted>,
) -> Result<Response<Body>, Problem> {
    let filter = wanted.filter(allowed.realm.node)?;
    let limit = usize::try_from(page.limit.count()?).unwrap_or(usize::MAX);
    let found = journal::search(app.world(), &filter, page.before, limit).await?;
    Ok(json(&found))
}
