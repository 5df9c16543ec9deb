//! `GET /feed/jwks` (RFC 7517 §5): the keys that sign the feed, one for each root key.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::call::Asked;
use crate::problem::Problem;

/// For how long followers may keep it: they ask again for a key that they do not know.
const KEPT: &str = "public, max-age=300";

pub(super) async fn jwks(State(app): State<App>, asked: Asked) -> Result<Response, Problem> {
    let keys = &app.world().material.feed_keys;
    let published = keys.published(asked.realm.node);
    let published = published.map_err(Problem::internal)?;
    Ok(([(CACHE_CONTROL, KEPT)], Json(published)).into_response())
}
