//! `GET /v1/resources`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::resource::{self, Resource};
use symbolon_token::node::ResourceNode;

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, SeeResources};
use crate::document::{Limit, Page, Params, json};
use crate::problem::Problem;

/// Which page.
#[derive(Deserialize)]
pub(in super::super) struct Query {
    #[serde(default)]
    limit: Limit,
    after: Option<ResourceNode>,
}

pub(in super::super) async fn list(
    State(app): State<App>,
    allowed: Allowed<SeeResources>,
    Params(query): Params<Query>,
) -> Result<Response<Body>, Problem> {
    let (world, realm) = (app.world(), allowed.realm.node);
    let limit = query.limit.count()?;
    let found = resource::list(world, realm, query.after, limit + 1).await?;
    let key = |resource: &Resource| resource.node.to_string();
    Ok(json(&Page::of(found, limit, key, View::from)))
}
