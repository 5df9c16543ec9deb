//! `PUT /v1/clients/{client_id}`: its settings as a whole (RFC 7592 §2.2).

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_identity::client;

use super::{Metadata, View};
use crate::app::App;
use crate::bearer::{Allowed, ChangeClients};
use crate::document::{Place, Read, json};
use crate::problem::Problem;

pub(in super::super) async fn replace(
    State(app): State<App>,
    allowed: Allowed<ChangeClients>,
    Place(client_id): Place<String>,
    Read(Metadata { settings, .. }): Read<Metadata>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (allowed.call, allowed.realm.node);
    allowed.hands_on(&app, &settings.scope).await?;
    let changed = client::change(app.world(), &call, (realm, &client_id), settings).await?;
    Ok(json(&View::of(app.world(), changed)))
}
