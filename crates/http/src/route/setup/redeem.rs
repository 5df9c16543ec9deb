//! `POST /setup/{text}`.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use axum::response::IntoResponse;
use serde_json::json;
use symbolon_authority::setup::{self, RedeemError};

use super::page;
use crate::app::App;
use crate::call::Asked;
use crate::document::Place;
use crate::problem::Problem;
use crate::route::page::is_wanted;

pub(super) async fn redeem(
    State(app): State<App>,
    asked: Asked,
    Place(text): Place<String>,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    let issued = match setup::redeem(app.world(), &asked.call, &asked.realm, &text).await {
        Ok(issued) => issued,
        Err(RedeemError::Gone) => return page::gone(&headers),
        Err(error @ (RedeemError::Issue(_) | RedeemError::Load(_))) => return Err(error.into()),
    };
    if is_wanted(&headers) {
        return Ok(page::token(issued.token.reveal(), &asked.realm));
    }
    let reply = json!({
        "access_token": issued.token.reveal(),
        "token_type": "Bearer",
        "expires_in": issued.lifetime.as_secs(),
        "scope": issued.scope,
    });
    Ok(Json(reply).into_response())
}
