//! `PUT /v1/resources/{id}`: what can be changed, as a whole. The audience never changes.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_identity::resource;
use symbolon_token::node::ResourceNode;

use super::{Changeable, View};
use crate::app::App;
use crate::bearer::{Allowed, ChangeResources};
use crate::document::{Place, Read, json};
use crate::problem::Problem;

pub(in super::super) async fn replace(
    State(app): State<App>,
    allowed: Allowed<ChangeResources>,
    Place(id): Place<ResourceNode>,
    Read(after): Read<Changeable>,
) -> Result<Response<Body>, Problem> {
    let place = (allowed.realm.node, id);
    let after = after.resolved(app.world(), place.0).await?;
    let changed = resource::change(app.world(), &allowed.call, place, after).await?;
    Ok(json(&View::from(changed)))
}
