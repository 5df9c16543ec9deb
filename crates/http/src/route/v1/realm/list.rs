//! `GET /v1/realms`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::realm::Realm;
use symbolon_token::node::RealmNode;

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, ManageRealms};
use crate::document::{Limit, Page, Params, json};
use crate::problem::Problem;

/// Which page.
#[derive(Deserialize)]
pub(in super::super) struct Query {
    #[serde(default)]
    limit: Limit,
    after: Option<RealmNode>,
}

pub(in super::super) async fn list(
    State(app): State<App>,
    _: Allowed<ManageRealms>,
    Params(query): Params<Query>,
) -> Result<Response<Body>, Problem> {
    let limit = query.limit.count()?;
    let mut realms = app.world().realms.all();
    realms.retain(|realm| query.after.is_none_or(|after| realm.node > after));
    let key = |realm: &std::sync::Arc<Realm>| realm.node.to_string();
    Ok(json(&Page::of(realms, limit, key, |realm| {
        View::from(&*realm)
    })))
}
