//! `GET /v1/sessions/{id}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_identity::session::{self, RevokeError};
use symbolon_token::node::SessionNode;

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, SeeSessions};
use crate::document::{Place, json};
use crate::problem::Problem;

pub(in super::super) async fn show(
    State(app): State<App>,
    allowed: Allowed<SeeSessions>,
    Place(id): Place<SessionNode>,
) -> Result<Response<Body>, Problem> {
    let (realm, now) = (allowed.realm.node, allowed.call.now);
    let found = session::find(app.world(), realm, id, now).await?;
    let session = found.ok_or(RevokeError::Unknown(id))?;
    Ok(json(&View::from(session)))
}
