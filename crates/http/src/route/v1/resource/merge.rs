//! `PATCH /v1/resources/{id}`: what is named changes, the rest stays (RFC 7396).

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::{Map, Value};
use symbolon_identity::resource;
use symbolon_token::node::ResourceNode;

use super::{Changeable, View, unknown};
use crate::app::App;
use crate::bearer::{Allowed, ChangeResources};
use crate::document::{Place, Read, json, merged};
use crate::problem::Problem;

pub(in super::super) async fn merge(
    State(app): State<App>,
    allowed: Allowed<ChangeResources>,
    Place(id): Place<ResourceNode>,
    Read(patch): Read<Map<String, Value>>,
) -> Result<Response<Body>, Problem> {
    let (world, place) = (app.world(), (allowed.realm.node, id));
    let found = resource::find(world, place.0, id).await?;
    let before = View::from(found.ok_or_else(|| unknown(id))?).changeable;
    let after: Changeable = merged(&before, patch)?;
    let after = after.resolved(world, place.0).await?;
    let changed = resource::change(world, &allowed.call, place, after).await?;
    Ok(json(&View::from(changed)))
}
