//! `DELETE /v1/clients/{client_id}`: it and its tokens are dead for good.

use axum::extract::State;
use axum::http::StatusCode;
use symbolon_identity::client;

use crate::app::App;
use crate::bearer::{Allowed, ChangeClients};
use crate::document::Place;
use crate::problem::Problem;

pub(in super::super) async fn end(
    State(app): State<App>,
    allowed: Allowed<ChangeClients>,
    Place(client_id): Place<String>,
) -> Result<StatusCode, Problem> {
    client::end(app.world(), &allowed.call, allowed.realm.node, &client_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
