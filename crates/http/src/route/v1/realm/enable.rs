//! `POST /v1/realms/{id}/enable`: a realm that was revoked and disabled issues tokens that live again.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_identity::realm;
use symbolon_token::node::RealmNode;

use crate::app::App;
use crate::bearer::ManageRealms;
use crate::document::{Nothing, Place, Post, done};
use crate::problem::Problem;

pub(in super::super) async fn enable(
    State(app): State<App>,
    Place(id): Place<RealmNode>,
    post: Post<ManageRealms, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (world, call) = (app.world(), post.allowed.call);
    let answer = done(&json!({"id": id, "state": "live"}));
    let deed = async {
        let realm = world.realms.by_node(id).ok_or_else(|| {
            let detail = format!("there is no realm {id}; GET /v1/realms lists them");
            Problem::not_found("realm_unknown", detail)
        })?;
        let enabled = realm::enable(world, &call, &realm).await;
        enabled.map_err(Problem::from)
    };
    post.once.again(answer, deed).await
}
