//! `GET /v1/clients/{client_id}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_identity::client;

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, SeeClients};
use crate::document::{Place, json};
use crate::problem::Problem;

pub(in super::super) async fn show(
    State(app): State<App>,
    allowed: Allowed<SeeClients>,
    Place(client_id): Place<String>,
) -> Result<Response<Body>, Problem> {
    let found = client::by_id(app.world(), allowed.realm.node, &client_id).await?;
    let client = found.ok_or_else(|| Problem::no_client(&client_id))?;
    Ok(json(&View::of(app.world(), client)))
}
