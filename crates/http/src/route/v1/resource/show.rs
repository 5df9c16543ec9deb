//! `GET /v1/resources/{id}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_identity::resource;
use symbolon_token::node::ResourceNode;

use super::{View, unknown};
use crate::app::App;
use crate::bearer::{Allowed, SeeResources};
use crate::document::{Place, json};
use crate::problem::Problem;

pub(in super::super) async fn show(
    State(app): State<App>,
    allowed: Allowed<SeeResources>,
    Place(id): Place<ResourceNode>,
) -> Result<Response<Body>, Problem> {
    let found = resource::find(app.world(), allowed.realm.node, id).await?;
    Ok(json(&View::from(found.ok_or_else(|| unknown(id))?)))
}
