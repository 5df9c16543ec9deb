//! `GET /v1/keys`: by algorithm, the newest first.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Serialize;
use symbolon_identity::signing_key;
use symbolon_keys::signing_key::list::Listed;
use symbolon_token::node::SigningKeyNode;
use symbolon_token::time::Time;

use crate::app::App;
use crate::bearer::{Allowed, SeeKeys};
use crate::document::{Page, json};
use crate::problem::Problem;

/// A key, without its halves. Times are in milliseconds.
#[derive(Serialize)]
struct View {
    kid: SigningKeyNode,
    algorithm: &'static str,
    phase: &'static str,
    created_at: Time,
    active_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    retires_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gone_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Time>,
}

pub(in super::super) async fn list(
    State(app): State<App>,
    allowed: Allowed<SeeKeys>,
) -> Result<Response<Body>, Problem> {
    let (realm, now) = (allowed.realm.node, allowed.call.now);
    let keys = signing_key::list(app.world(), realm, now).await?;
    Ok(json(&Page::whole(keys.iter().map(view))))
}

fn view(key: &Listed) -> View {
    View {
        kid: key.id,
        algorithm: key.algorithm.name(),
        phase: key.phase.name(),
        created_at: key.created_at,
        active_at: key.life.active_at,
        retires_at: key.life.retires_at,
        gone_at: key.life.gone_at,
        revoked_at: key.life.revoked_at,
    }
}
