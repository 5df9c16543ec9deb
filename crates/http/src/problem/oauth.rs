//! Errors at the OAuth endpoints have the shape of RFC 6749 §5.2, also where the endpoint itself did
//! not come to answer: a client's library reads nothing else.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::json;
use symbolon_oauth::ErrorCode;

/// The last part of an endpoint's path, in every realm.
const ENDPOINTS: [&str; 5] = ["token", "introspect", "revoke", "authorize", "userinfo"];

/// Where the management API begins; verbs of its own are called like endpoints.
const MANAGEMENT: &str = "v1";

/// Whether an OAuth endpoint is at this path: the realm's own, or with the issuer's before it.
pub(crate) fn is_endpoint(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    ENDPOINTS.contains(&last) && path.split('/').all(|part| part != MANAGEMENT)
}

/// The endpoint failed; the log knows why.
pub(crate) fn failed() -> Response<Body> {
    let text = "something is broken here; the log has it under the x-request-id of this answer";
    refusal(ErrorCode::ServerError, text)
}

/// This node cannot answer now. For those who refuse before the routes are reached: `None` where the
/// path is no OAuth endpoint's, and a problem document is due.
#[must_use]
pub fn unavailable(path: &str, description: &str) -> Option<Response<Body>> {
    is_endpoint(path).then(|| refusal(ErrorCode::TemporarilyUnavailable, description))
}

/// An endpoint's error, which nobody keeps (RFC 6749 §5.1).
fn refusal(code: ErrorCode, description: &str) -> Response<Body> {
    let text = json!({ "error": code.name(), "error_description": description }).to_string();
    let mut response = Response::new(Body::from(text));
    let status = StatusCode::from_u16(code.status());
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json");
    headers.insert(CONTENT_TYPE, json);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_known_in_every_realm() {
        for path in [
            "/token",
            "/t/acme/token",
            "/introspect",
            "/revoke",
            "/userinfo",
        ] {
            assert!(is_endpoint(path), "{path}");
        }
        for path in [
            "/",
            "/v1/tokens",
            "/v1/tokens/revoke",
            "/t/acme/v1/keys/k/revoke",
            "/tokens",
            "/token/",
        ] {
            assert!(!is_endpoint(path), "{path}");
        }
    }
}
