//! `DELETE /v1/resources/{id}`: no more tokens are issued for it.

use axum::extract::State;
use axum::http::StatusCode;
use symbolon_identity::resource;
use symbolon_token::node::ResourceNode;

use crate::app::App;
use crate::bearer::{Allowed, ChangeResources};
use crate::document::Place;
use crate::problem::Problem;

pub(in super::super) async fn end(
    State(app): State<App>,
    allowed: Allowed<ChangeResources>,
    Place(id): Place<ResourceNode>,
) -> Result<StatusCode, Problem> {
    resource::end(app.world(), &allowed.call, allowed.realm.node, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
