//! `POST /v1/clients/{client_id}/disable` and `/enable`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_identity::client;

use crate::app::App;
use crate::bearer::ChangeClients;
use crate::document::{Nothing, Place, Post, done};
use crate::problem::Problem;

pub(in super::super) async fn disable(
    State(app): State<App>,
    Place(client_id): Place<String>,
    post: Post<ChangeClients, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = done(&json!({"client_id": client_id, "state": "disabled"}));
    let deed = client::disable(app.world(), &call, realm, &client_id);
    post.once.again(answer, deed).await
}

pub(in super::super) async fn enable(
    State(app): State<App>,
    Place(client_id): Place<String>,
    post: Post<ChangeClients, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = done(&json!({"client_id": client_id, "state": "live"}));
    let deed = client::enable(app.world(), &call, realm, &client_id);
    post.once.again(answer, deed).await
}
