//! How an endpoint answers: JSON that nobody keeps (RFC 6749 §5.1), and errors in its §5.2.

use axum::Json;
use axum::http::header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use symbolon_oauth::{ErrorCode, OauthError};

/// Seconds after which to ask again when the database did not answer.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// Answers are not kept.
const NOT_KEPT: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];

/// An answer that may hold a token or speak of one.
pub(super) fn private(reply: &impl Serialize) -> Response {
    (NOT_KEPT, Json(reply)).into_response()
}

/// A refusal.
pub(in crate::route) struct Refused {
    /// Why.
    pub(super) error: OauthError,
    /// Whether the client tried to prove itself by the `Authorization` header: then it is told so
    /// (RFC 6749 §5.2).
    pub(super) used_header: bool,
}

impl From<OauthError> for Refused {
    fn from(error: OauthError) -> Self {
        Self {
            error,
            used_header: false,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let code = self.error.code;
        let status = StatusCode::from_u16(code.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, NOT_KEPT, Json(&self.error)).into_response();
        let headers = response.headers_mut();
        if code == ErrorCode::InvalidClient && self.used_header {
            let challenge = HeaderValue::from_static("Basic realm=\"token endpoint\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if code == ErrorCode::TemporarilyUnavailable {
            headers.insert(RETRY_AFTER, RETRY_SECONDS);
        }
        response
    }
}
