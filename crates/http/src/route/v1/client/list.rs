//! `GET /v1/clients`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::client::{self, Client};
use symbolon_token::node::ClientNode;

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, SeeClients};
use crate::document::{Limit, Page, Params, json};
use crate::problem::Problem;

/// Which page.
#[derive(Deserialize)]
pub(in super::super) struct Query {
    #[serde(default)]
    limit: Limit,
    after: Option<ClientNode>,
}

pub(in super::super) async fn list(
    State(app): State<App>,
    allowed: Allowed<SeeClients>,
    Params(query): Params<Query>,
) -> Result<Response<Body>, Problem> {
    let (world, realm) = (app.world(), allowed.realm.node);
    let limit = query.limit.count()?;
    let clients = client::list(world, realm, query.after, limit + 1).await?;
    let key = |client: &Client| client.node.to_string();
    let page = Page::of(clients, limit, key, |client| View::of(world, client));
    Ok(json(&page))
}
