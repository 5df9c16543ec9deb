//! `GET /v1/journal/checkpoint`: where the journal stands, signed, and the keys that sign it.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_authority::journal;

use crate::app::App;
use crate::bearer::{Allowed, ReadJournal};
use crate::document::json as answer;
use crate::problem::Problem;

pub(in super::super) async fn checkpoint(
    State(app): State<App>,
    allowed: Allowed<ReadJournal>,
) -> Result<Response<Body>, Problem> {
    let world = app.world();
    let text = journal::checkpoint(world, &allowed.realm, allowed.call.now).await?;
    let keys = world.material.journal.jwks();
    Ok(answer(&json!({ "checkpoint": text, "keys": keys })))
}
