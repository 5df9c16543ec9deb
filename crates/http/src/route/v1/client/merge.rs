//! `PATCH /v1/clients/{client_id}`: what is named changes, the rest stays (RFC 7396).

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::{Map, Value};
use symbolon_identity::client;

use super::{Metadata, View};
use crate::app::App;
use crate::bearer::{Allowed, ChangeClients};
use crate::document::{Place, Read, json, merged};
use crate::problem::Problem;

pub(in super::super) async fn merge(
    State(app): State<App>,
    allowed: Allowed<ChangeClients>,
    Place(client_id): Place<String>,
    Read(patch): Read<Map<String, Value>>,
) -> Result<Response<Body>, Problem> {
    let (world, call, realm) = (app.world(), allowed.call, allowed.realm.node);
    let found = client::by_id(world, realm, &client_id).await?;
    let before = found.ok_or_else(|| Problem::no_client(&client_id))?;
    let Metadata { settings, .. } = merged(&before.settings, patch)?;
    allowed.hands_on(&app, &settings.scope).await?;
    let changed = client::change(world, &call, (realm, &client_id), settings).await?;
    Ok(json(&View::of(world, changed)))
}
