//! `GET /v1/clients/{client_id}/secrets`: which there are, never what they are.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Serialize;
use symbolon_authority::standing;
use symbolon_identity::World;
use symbolon_identity::client_secret::{self, ClientSecret};
use symbolon_token::node::ClientSecretNode;
use symbolon_token::time::Time;

use super::client;
use crate::app::App;
use crate::bearer::{Allowed, SeeClients};
use crate::document::{Page, Place, json};
use crate::problem::Problem;

/// A secret, without its text.
#[derive(Serialize)]
struct View {
    id: ClientSecretNode,
    /// A suspended one is disabled; one that has ended is not listed.
    state: &'static str,
    /// In milliseconds, as everywhere but in the members of RFC 7591.
    created_at: i64,
    /// In seconds; 0: never.
    client_secret_expires_at: i64,
}

pub(in super::super) async fn list(
    State(app): State<App>,
    allowed: Allowed<SeeClients>,
    Place(client_id): Place<String>,
) -> Result<Response<Body>, Problem> {
    let client = client(app.world(), allowed.realm.node, &client_id).await?;
    let secrets = client_secret::list(app.world(), client.node).await?;
    Ok(json(&Page::whole(
        secrets.iter().map(|secret| view(app.world(), secret)),
    )))
}

fn view(world: &World, secret: &ClientSecret) -> View {
    View {
        id: secret.node,
        state: standing(world, secret.node),
        created_at: secret.created_at.0,
        client_secret_expires_at: secret.expires_at.map_or(0, Time::seconds),
    }
}
