//! `GET /v1/openapi.json`: the API as OpenAPI 3.1, made of two tables: what can be asked (`operation`)
//! and what is said (`schema`). Tests hold both against the routes.

mod build;
mod operation;
mod schema;

use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};

/// Made once: it says the same to everybody.
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| {
    let text = build::document().to_pretty_json();
    Bytes::from(text.unwrap_or_default() + "\n")
});

pub(super) async fn document() -> Response<Body> {
    let mut response = Response::new(Body::from(DOCUMENT.clone()));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
