//! `POST /v1/keys/{kid}/revoke`: it was stolen; nothing that it signed is believed any more.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_identity::signing_key;
use symbolon_token::node::SigningKeyNode;

use crate::app::App;
use crate::bearer::ChangeKeys;
use crate::document::{Nothing, Place, Post, done};
use crate::problem::Problem;

pub(in super::super) async fn revoke(
    State(app): State<App>,
    Place(kid): Place<SigningKeyNode>,
    post: Post<ChangeKeys, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = move |_: &SigningKeyNode| done(&json!({"kid": kid, "phase": "revoked"}));
    let deed = async |with| {
        let revoked = signing_key::revoke(app.world(), &call, realm, (kid, with)).await;
        revoked.map(|()| kid)
    };
    post.once.deed(answer, deed).await
}
