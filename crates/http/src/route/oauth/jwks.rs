//! `GET /jwks` (RFC 7517 §5): the realm's public keys, from memory.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use symbolon_identity::signing_key;

use crate::app::App;
use crate::call::Asked;
use crate::problem::Problem;

pub(super) async fn jwks(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let ring = signing_key::ring(app.world(), asked.realm.node).await?;
    let published = ring.jwks(asked.call.now);
    let kept = format!("public, max-age={}", published.max_age.as_secs());
    let about = [(ETAG, published.etag.clone()), (CACHE_CONTROL, kept)];
    let has = headers.get(IF_NONE_MATCH);
    if has.is_some_and(|tag| tag.as_bytes() == published.etag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let json = [(CONTENT_TYPE, "application/json")];
    Ok((about, json, published.json.clone()).into_response())
}
