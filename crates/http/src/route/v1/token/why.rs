//! `POST /v1/tokens/why`: whether it lives, and if not, which ancestor killed it, by whom, when, for
//! what reason. Nothing is written, so a key for retries is not looked at.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;

use super::Presented;
use crate::app::App;
use crate::bearer::{Allowed, RevokeTokens};
use crate::document::{Read, json};
use crate::problem::Problem;

pub(in super::super) async fn why(
    State(app): State<App>,
    allowed: Allowed<RevokeTokens>,
    Read(Presented { token }): Read<Presented>,
) -> Result<Response<Body>, Problem> {
    let (realm, now) = (&allowed.realm, allowed.call.now);
    let why = symbolon_authority::token::why(app.world(), realm, &token, now).await?;
    Ok(json(&why))
}
