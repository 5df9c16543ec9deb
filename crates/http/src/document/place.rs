//! What a path and a query say.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::typed::{Texts, typed};
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

/// The parameters of a query, each once.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let refused = |why: String| {
            let detail = format!("the query cannot be read: {why}");
            Problem::bad("invalid_query", detail)
        };
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(pairs) =
            pairs.map_err(|_| refused("it is made of name=value pairs, parted by &".to_owned()))?;
        let mut members = Map::new();
        for (name, value) in pairs {
            if members.contains_key(&name) {
                return Err(refused(format!("{name}: it stands there twice")));
            }
            members.insert(name, Value::String(value));
        }
        let params = typed(&members, Texts::Spelled);
        params.map(Self).map_err(|fault| refused(fault.to_string()))
    }
}
