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

/// Whether the caller asks for it by name: `*/*` is answered with JSON, as everything else is.
fn wants_jwt(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter();
    let mut types = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|range| range.split(';').next());
    types.any(|name| name.trim().eq_ignore_ascii_case(JWT))
}
