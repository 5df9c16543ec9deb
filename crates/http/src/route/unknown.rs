//! What no route answers.

use axum::http::{Method, StatusCode, Uri};

use crate::problem::Problem;

/// No route has this path.
pub(super) async fn path(uri: Uri) -> Problem {
    let path = uri.path();
    Problem::not_found(
        "not_found",
        format!("nothing is at {path:?}; the realm's metadata and /v1/openapi.json list what is"),
    )
}

/// The path has other methods; the header `Allow` lists them.
pub(super) async fn method(method: Method) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("{method} is not answered here; the header Allow lists what is"),
    )
}
