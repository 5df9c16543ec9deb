//! `POST /v1/revocations/preview`: what a cause would kill. It writes nothing, so it needs no key.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_authority::revocation::preview as count;

use super::cause::Named;
use crate::app::App;
use crate::bearer::{Allowed, RevokeTokens};
use crate::document::{Document, Read, json};
use crate::problem::Problem;

/// A cause that is looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Looked {
    cause: Named,
}

impl Document for Looked {}

pub(in super::super) async fn preview(
    State(app): State<App>,
    allowed: Allowed<RevokeTokens>,
    Read(asked): Read<Looked>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (allowed.call, allowed.realm);
    let asked = asked.cause.asked()?;
    let preview = count(app.world(), &realm, asked, call.now).await?;
    Ok(json(&preview))
}
