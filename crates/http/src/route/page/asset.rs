//! `GET /assets/{file}`: what pages load.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response};
use symbolon_web::asset;

use crate::document::Place;
use crate::problem::Problem;

pub(super) async fn send(Place(file): Place<String>) -> Result<Response<Body>, Problem> {
    let found = asset::find(&file);
    let found = found.ok_or_else(|| Problem::not_found("not_found", "there is no such file"))?;
    let mut response = Response::new(Body::from(found.body));
    for (name, value) in found.headers {
        let name = HeaderName::from_static(name);
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
