//! `GET /status/{bucket}` (draft-ietf-oauth-status-list-21 §8.1): the bits of the tokens that end in one
//! hour, signed; and `GET /status`, where all such lists are (§9.3). How they once were is not kept:
//! `?time=` is answered with 501 (§8.4).

use axum::Json;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use symbolon_authority::status_list::{PublishError, Published, TTL, uris};
use symbolon_token::status::Bucket;

use crate::app::App;
use crate::call::Asked;
use crate::document::{Params, Place};
use crate::problem::Problem;

/// Where the lists are.
#[derive(Serialize)]
pub(super) struct Lists {
    status_lists: Vec<String>,
}

/// When it was.
#[derive(Deserialize)]
pub(super) struct AsOf {
    #[serde(default)]
    time: Option<String>,
}

/// The lists are public, so any page may read them (§8.1).
const ANY: &str = "*";

/// Which buckets there are changes by the hour; the next one is announced a day before its first token.
const KEPT: [(HeaderName, &str); 2] = [
    (CACHE_CONTROL, "public, max-age=300"),
    (ACCESS_CONTROL_ALLOW_ORIGIN, ANY),
];

pub(super) async fn all(asked: Asked) -> ([(HeaderName, &'static str); 2], Json<Lists>) {
    let status_lists = uris(&asked.realm, asked.call.now);
    (KEPT, Json(Lists { status_lists }))
}

pub(super) async fn one(
    State(app): State<App>,
    asked: Asked,
    Place(bucket): Place<u32>,
    Params(as_of): Params<AsOf>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if as_of.time.is_some() {
        let detail =
            "how a list was at another time is not kept; ask without time for how it is now";
        let status = StatusCode::NOT_IMPLEMENTED;
        return Err(Problem::new(status, "status_time_unsupported", detail));
    }
    let which = (&*asked.realm, Bucket(bucket));
    let lists = app.status_lists();
    let found = lists.publish(app.world(), &asked.call, which).await?;
    let list = found.ok_or_else(|| {
        let detail = "no token of this realm that may live today ends in this hour";
        Problem::not_found("status_list_unknown", detail)
    })?;
    Ok(reply(&list, &headers))
}

/// A list, as it is asked for.
fn reply(list: &Published, headers: &HeaderMap) -> Response {
    let is_zipped = wants_gzip(headers);
    let suffix = if is_zipped { "-gzip" } else { "" };
    let tag = format!("\"{}{suffix}\"", list.tag);
    let has = headers.get(IF_NONE_MATCH);
    let is_known = has.is_some_and(|has| has.as_bytes() == tag.as_bytes());
    let about = [
        (ETAG, tag),
        (CACHE_CONTROL, format!("public, max-age={}", TTL.as_secs())),
        (VARY, ACCEPT_ENCODING.to_string()),
        (ACCESS_CONTROL_ALLOW_ORIGIN, ANY.to_owned()),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let kind = [(CONTENT_TYPE, "application/statuslist+jwt")];
    if is_zipped {
        let zip = [(CONTENT_ENCODING, "gzip")];
        (about, kind, zip, list.gzipped()).into_response()
    } else {
        (about, kind, list.text.clone()).into_response()
    }
}

/// Whether the asker reads gzip (RFC 9110 §12.5.3); who does not say so gets none.
fn wants_gzip(headers: &HeaderMap) -> bool {
    let said = headers.get_all(ACCEPT_ENCODING).iter();
    let said = said.filter_map(|value| value.to_str().ok());
    let mut codings = said.flat_map(|value| value.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = || {
            let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
            weight.is_some_and(|weight| weight.is_ok_and(|weight| weight <= 0.0))
        };
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused()
    })
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Sign(error) => error.into(),
            PublishError::Stopped(error) => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_those_who_ask_for_it() {
        let asks = |said: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, said.parse().unwrap());
            wants_gzip(&headers)
        };
        assert!(asks("gzip"));
        assert!(asks("br, GZIP;q=0.5"));
        for said in ["", "br", "gzip;q=0", "gzip; q=0.0", "*", "identity"] {
            assert!(!asks(said), "{said}");
        }
        assert!(!wants_gzip(&HeaderMap::new()));
    }
}
