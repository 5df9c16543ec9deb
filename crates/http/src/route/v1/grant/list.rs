//! `GET /v1/subjects/{id}/grants`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::grant;
use symbolon_token::node::{GrantNode, SubjectNode};

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, SeeGrants};
use crate::document::{Limit, Page, Params, Place, json};
use crate::problem::Problem;
use crate::route::v1::session::known;

/// Which page.
#[derive(Deserialize)]
pub(in super::super) struct Query {
    #[serde(default)]
    limit: Limit,
    after: Option<GrantNode>,
}

pub(in super::super) async fn list(
    State(app): State<App>,
    allowed: Allowed<SeeGrants>,
    Place(id): Place<SubjectNode>,
    Params(query): Params<Query>,
) -> Result<Response<Body>, Problem> {
    let (world, realm) = (app.world(), allowed.realm.node);
    let limit = query.limit.count()?;
    known(world, realm, id).await?;
    let found = grant::list(world, (realm, id), query.after, limit + 1).await?;
    let mut views = Vec::with_capacity(found.len());
    for grant in found {
        views.push(View::of(world, grant).await?);
    }
    let key = |view: &View| view.id.to_string();
    Ok(json(&Page::of(views, limit, key, |view| view)))
}
