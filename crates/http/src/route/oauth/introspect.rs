//! `POST /introspect` (RFC 7662), and its answers as JWT (RFC 9701).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use symbolon_oauth::introspect::{introspect as as_json, introspect_signed};

use super::answer::{Refused, private};
use super::form::Form;
use crate::app::App;

/// The media type of an answer as JWT (RFC 9701 §4).
const JWT: &str = "application/token-introspection+jwt";

pub(super) async fn introspect(
    State(app): State<App>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refused> {
    let request = form.request(&app);
    if !wants_jwt(&headers) {
        let reply = as_json(&request).await;
        return Ok(private(&reply.map_err(|error| form.refused(error))?));
    }
    let jwt = introspect_signed(&request).await;
    let jwt = jwt.map_err(|error| form.refused(error))?;
    let about = [(CONTENT_TYPE, JWT), (CACHE_CONTROL, "no-store")];
    Ok((about, jwt).into_response())
}

/// Whether the caller asks for it by name: `*/*` is answered with JSON, as everything else is. A
/// weight of zero refuses (RFC 9110 §12.4.2).
fn wants_jwt(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter();
    let mut types = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    types.any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(JWT));
        let is_refused = |part: &str| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.and_then(|weight| weight.parse().ok()) == Some(0.0_f32)
        };
        is_named && !parts.any(is_refused)
    })
}
