//! `GET /v1/grants/{id}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_identity::grant::{self, RevokeError};
use symbolon_token::node::GrantNode;

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, SeeGrants};
use crate::document::{Place, json};
use crate::problem::Problem;

pub(in super::super) async fn show(
    State(app): State<App>,
    allowed: Allowed<SeeGrants>,
    Place(id): Place<GrantNode>,
) -> Result<Response<Body>, Problem> {
    let found = grant::by_id(app.world(), allowed.realm.node, id).await?;
    let grant = found.ok_or(RevokeError::Unknown(id))?;
    Ok(json(&View::of(app.world(), grant).await?))
}
