//! `POST /v1/tokens/inspect`: what it says, what it descends from, whether it lives, and what the
//! journal tells of it. Nothing is written, so a key for retries is not looked at.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;

use super::Presented;
use crate::app::App;
use crate::bearer::{Allowed, ReadJournal};
use crate::document::{Read, json};
use crate::problem::Problem;

pub(in super::super) async fn inspect(
    State(app): State<App>,
    allowed: Allowed<ReadJournal>,
    Read(Presented { token }): Read<Presented>,
) -> Result<Response<Body>, Problem> {
    let (realm, now) = (&allowed.realm, allowed.call.now);
    let story = symbolon_authority::token::inspect(app.world(), realm, &token, now).await?;
    Ok(json(&story))
}
