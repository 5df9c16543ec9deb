//! Answers: a status and a JSON body, which a retry is given again.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use symbolon_authority::idempotency::Answer;

/// 200 with this body.
pub(crate) fn json(value: &impl Serialize) -> Response<Body> {
    response(&done(value))
}

/// 200 with this body, as it is kept for a retry.
pub(crate) fn done(value: &impl Serialize) -> Answer {
    answer(StatusCode::OK, value)
}

/// 201 with this body, as it is kept for a retry.
pub(crate) fn created(value: &impl Serialize) -> Answer {
    answer(StatusCode::CREATED, value)
}

/// 202 with this body, as it is kept for a retry.
pub(crate) fn accepted(value: &impl Serialize) -> Answer {
    answer(StatusCode::ACCEPTED, value)
}

fn answer(status: StatusCode, value: &impl Serialize) -> Answer {
    Answer {
        status: status.as_u16(),
        body: serde_json::to_vec(value).unwrap_or_default(),
    }
}

/// The answer as it goes out.
pub(crate) fn response(answer: &Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body.clone()));
    let status = StatusCode::from_u16(answer.status);
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
