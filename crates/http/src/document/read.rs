//! A JSON body, read strictly.
//!
//! 1. Its type is JSON; another is 415.
//! 2. It is UTF-8 and no larger than the edge allows; else 400 and 413.
//! 3. No member stands there twice, and no text holds U+0000 (`strict`).
//! 4. Members that are known are of their type; unknown ones are ignored, except those that would
//!    make a difference if they were known ([`Document::UNSUPPORTED`]).
//!
//! What is wrong is said in our words, with the member's name.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use super::strict::Strict;
use super::typed::{Texts, typed};
use crate::problem::Problem;
use crate::server::limit::MAX_BODY_BYTES;

/// Something that comes as a JSON object.
pub(crate) trait Document: DeserializeOwned {
    /// Members that somebody may count on though they are not supported: with a sentence each.
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = &[];

    /// How a document that cannot be read is refused.
    fn refused(problem: Problem) -> Problem {
        problem
    }
}

/// What stands where any JSON object may.
impl Document for serde_json::Map<String, Value> {}

/// A JSON body.
pub(crate) struct Read<T>(pub(crate) T);

impl<T: Document, S: Send + Sync> FromRequest<S> for Read<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = bytes(&parts.headers, body).await?;
        parse(&bytes).map(Self)
    }
}

/// Steps 1 and 2.
pub(super) async fn bytes(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    if !is_json(headers) {
        let detail = "the body must be JSON, with the header Content-Type: application/json";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "unsupported_media_type", detail));
    }
    let bytes = axum::body::to_bytes(body, MAX_BODY_BYTES).await;
    bytes.map_err(|_| {
        let detail = format!("a body has at most {MAX_BODY_BYTES} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    })
}

/// Steps 2 to 4.
pub(super) fn parse<T: Document>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|_| Problem::bad("not_utf8", "the body is not UTF-8"))?;
    let refused = |why: String| {
        let detail = format!("the body cannot be read: {why}");
        T::refused(Problem::bad("invalid_document", detail))
    };
    let Strict = serde_json::from_str(text).map_err(|error| refused(told(&error)))?;
    let members = match serde_json::from_str(text) {
        Ok(Value::Object(members)) => members,
        Ok(_) => return Err(refused("it must be a JSON object".to_owned())),
        Err(error) => return Err(refused(told(&error))),
    };
    let is_there = |name: &str| members.get(name).is_some_and(|value| !value.is_null());
    if let Some((_, why)) = T::UNSUPPORTED.iter().find(|(name, _)| is_there(name)) {
        return Err(T::refused(Problem::bad("unsupported_member", *why)));
    }
    typed(&members, Texts::Plain).map_err(|fault| refused(fault.to_string()))
}

/// What is wrong with the text, and where. What [`Strict`] says are our words, with the parser's
/// place behind them.
fn told(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let place = format!("line {line}, column {column}");
    match error.classify() {
        Category::Data => {
            let own = error.to_string();
            let end = format!(" at line {line} column {column}");
            format!("{} ({place})", own.strip_suffix(&end).unwrap_or(&own))
        }
        Category::Eof => format!("it is no JSON: it ends too early ({place})"),
        Category::Syntax | Category::Io => format!("it is no JSON ({place})"),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let header = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = header.and_then(|kind| kind.split(';').next());
    let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
    matches!(
        kind.as_str(),
        "application/json" | "application/merge-patch+json"
    )
}
