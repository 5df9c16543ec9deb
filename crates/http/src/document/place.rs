//! What a path and a query say.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The variable parts of a path. What cannot be such a part is not found.
pub(crate) struct Place<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Place<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let nothing = || Problem::not_found("not_found", "there is no such thing here");
        if parts.uri.path().contains("%00") {
            return Err(nothing());
        }
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(place)| Self(place)).map_err(|_| nothing())
    }
}

/// The parameters of a query.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::from_request_parts(parts, state).await;
        let query = query.map(|Query(params)| Self(params));
        query.map_err(|error| {
            let detail = format!("the query cannot be read: {}", error.body_text());
            Problem::bad("invalid_query", detail)
        })
    }
}
