//! `POST /v1/tokens/revoke`: it is dead at this commit. One that is dead already needs no revoking:
//! the answer is the same (RFC 7009 §2.2). One that is none of this realm's is said to be so, lest an
//! operator believe that it is dead.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_authority::token::{find, revoke as revoke_token};
use symbolon_identity::access::Refusal;

use super::Presented;
use crate::app::App;
use crate::bearer::RevokeTokens;
use crate::document::{Post, done};
use crate::problem::Problem;

pub(in super::super) async fn revoke(
    State(app): State<App>,
    post: Post<RevokeTokens, Presented>,
) -> Result<Response<Body>, Problem> {
    let (world, call, realm) = (app.world(), post.allowed.call, post.allowed.realm);
    let token = post.body.token;
    let deed = async {
        match find(world, &realm, &token, call.now).await? {
            Ok(token) => revoke_token(world, &call, &token)
                .await
                .map_err(Problem::from),
            Err(Refusal::NotOurs) => Err(Problem::not_found(
                "token_unknown",
                "this is no token of this realm; nothing was revoked",
            )),
            Err(Refusal::Forged(_) | Refusal::Expired | Refusal::Dead(_)) => Ok(()),
        }
    };
    post.once
        .again(done(&json!({"is_alive": false})), deed)
        .await
}
