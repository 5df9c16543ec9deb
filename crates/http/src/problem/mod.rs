//! Problem documents (RFC 9457): what happened, why, how to mend it, a code, the request's name.
//!
//! A handler returns a [`Problem`]; the edge writes it, for it alone knows the request's name. A 5xx
//! says no more than that name; its cause goes to the log under it.

mod client;
mod feed;
mod grant;
mod journal;
mod key;
mod load;
pub(crate) mod oauth;
mod password;
mod realm;
mod resource;
mod revocation;
mod session;
mod subject;
mod token;

use std::borrow::Cow;
use std::fmt;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use serde::Serialize;
use symbolon_oauth::ErrorCode;
use symbolon_token::call::RequestId;

/// Seconds after which to ask again when the database did not answer: long enough for a failover to
/// make progress, short enough for a person.
const RETRY_SECONDS: &str = "2";

/// Why a request was not done.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    /// RFC 7591 §3.2.2: the code that registering clients know.
    error: Option<&'static str>,
    /// RFC 6750 §3.
    challenge: Option<String>,
    /// For the log alone.
    cause: Option<String>,
}

/// The document.
#[derive(Serialize)]
struct Document<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'static str,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
}

impl Problem {
    /// A problem with this status and code; the detail says what happened, why and how to mend it.
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            error: None,
            challenge: None,
            cause: None,
        }
    }

    /// The request says what cannot be.
    pub(crate) fn bad(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// What was asked for is not there.
    pub(crate) fn not_found(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// It clashes with what is there.
    pub(crate) fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Nothing answers at this address for want of a realm.
    pub(crate) fn no_realm() -> Self {
        let detail = "no realm has an issuer at this address; look at the issuer's URL";
        Self::not_found("no_realm", detail)
    }

    /// Something is broken here. The cause goes to the log.
    pub(crate) fn internal(cause: impl fmt::Display) -> Self {
        let detail = "something is broken here; the log has it under this request_id";
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        problem.because(&cause)
    }

    /// The database does not answer, or is too busy. The cause goes to the log.
    pub(crate) fn unavailable(cause: impl fmt::Display) -> Self {
        let detail = "this cannot be done at the moment; ask again in a moment";
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        problem.because(&cause)
    }

    /// Names the resource's metadata in the challenge, where there is one (RFC 9728 §5.1).
    pub(crate) fn described_at(mut self, url: &str) -> Self {
        if let Some(challenge) = &mut self.challenge {
            let mark = if challenge.contains('=') { ", " } else { " " };
            *challenge = format!("{challenge}{mark}resource_metadata=\"{url}\"");
        }
        self
    }

    /// Adds a `WWW-Authenticate` challenge (RFC 6750 §3).
    pub(crate) fn challenge(self, challenge: String) -> Self {
        Self {
            challenge: Some(challenge),
            ..self
        }
    }

    /// Adds the code that RFC 7591 §3.2.2 has for it.
    pub(crate) fn registration(self, error: &'static str) -> Self {
        Self {
            error: Some(error),
            ..self
        }
    }

    /// The same at an OAuth endpoint, whose clients look for RFC 6749 §5.2's members alone.
    pub(crate) fn at_endpoint(self) -> Self {
        let error = match self.code {
            "invalid_token" | "insufficient_scope" => self.code,
            _ if self.status.is_server_error() => ErrorCode::TemporarilyUnavailable.name(),
            _ => ErrorCode::InvalidRequest.name(),
        };
        Self {
            error: self.error.or(Some(error)),
            ..self
        }
    }

    /// What happened, why, and how to mend it.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    fn because(self, cause: &impl fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..self
        }
    }

    /// Writes the document, and the log's line where there is something to say.
    pub(crate) fn response(&self, request: RequestId) -> Response<Body> {
        if let Some(cause) = &self.cause {
            tracing::error!(request.id = %request, error = %cause, "a request could not be done");
        }
        let document = Document {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            request_id: request.to_string(),
            error: self.error,
            error_description: self.error.map(|_| &*self.detail),
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, json);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
        }
        let challenge = self.challenge.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(challenge)) = challenge {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// The edge finds the problem among the reply's extensions, and writes it.
impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self);
        response
    }
}
