//! `DELETE /v1/clients/{client_id}/secrets/{id}`: it and the tokens it was used for are dead for good.

use axum::extract::State;
use axum::http::StatusCode;
use symbolon_identity::client_secret;
use symbolon_token::node::ClientSecretNode;

use super::client;
use crate::app::App;
use crate::bearer::{Allowed, ChangeClients};
use crate::document::Place;
use crate::problem::Problem;

pub(in super::super) async fn revoke(
    State(app): State<App>,
    allowed: Allowed<ChangeClients>,
    Place((client_id, secret)): Place<(String, ClientSecretNode)>,
) -> Result<StatusCode, Problem> {
    let client = client(app.world(), allowed.realm.node, &client_id).await?;
    client_secret::revoke(app.world(), &allowed.call, &client, secret).await?;
    Ok(StatusCode::NO_CONTENT)
}
