//! What no route answers.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use axum::response::IntoResponse;

use super::page;
use crate::call::Asked;
use crate::problem::Problem;

/// No route has this path: a page for people, a problem for programs.
pub(super) async fn path(
    asked: Result<Asked, Problem>,
    headers: HeaderMap,
    uri: Uri,
) -> Response<Body> {
    if let Ok(asked) = asked
        && page::is_wanted(&headers)
    {
        return page::unknown(&asked);
    }
    let path = uri.path();
    let problem = Problem::not_found(
        "not_found",
        format!("nothing is at {path:?}; the realm's metadata and /v1/openapi.json list what is"),
    );
    problem.into_response()
}

/// The path has other methods; the header `Allow` lists them.
pub(super) async fn method(
    asked: Result<Asked, Problem>,
    headers: HeaderMap,
    method: Method,
) -> Response<Body> {
    if let Ok(asked) = asked
        && page::is_wanted(&headers)
    {
        return page::not_allowed(&asked);
    }
    let problem = Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("{method} is not answered here; the header Allow lists what is"),
    );
    problem.into_response()
}
