//! `GET /.well-known/oauth-authorization-server` (RFC 8414), and the same at
//! `/.well-known/openid-configuration`.

use axum::Json;
use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use symbolon_oauth::metadata::Metadata;

use crate::call::Asked;

/// Clients may keep it for five minutes: as long as the key set.
const KEPT: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "public, max-age=300")];

pub(super) async fn metadata(asked: Asked) -> ([(HeaderName, &'static str); 1], Json<Metadata>) {
    let metadata = symbolon_oauth::metadata::metadata(&asked.realm);
    (KEPT, Json(metadata))
}
