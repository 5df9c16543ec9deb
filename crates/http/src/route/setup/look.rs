//! `GET /setup/{text}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use symbolon_authority::setup;

use super::page;
use crate::app::App;
use crate::call::Asked;
use crate::document::Place;
use crate::problem::Problem;

pub(super) async fn look(
    State(app): State<App>,
    asked: Asked,
    Place(text): Place<String>,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    if setup::find(app.world(), &asked.realm, &text, asked.call.now).await? {
        Ok(page::button())
    } else {
        page::gone(&headers)
    }
}
