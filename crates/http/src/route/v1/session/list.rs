//! `GET /v1/subjects/{id}/sessions`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::session::{self, Session};
use symbolon_token::node::{SessionNode, SubjectNode};

use super::{View, known};
use crate::app::App;
use crate::bearer::{Allowed, SeeSessions};
use crate::document::{Limit, Page, Params, Place, json};
use crate::problem::Problem;

/// Which page.
#[derive(Deserialize)]
pub(in super::super) struct Query {
    #[serde(default)]
    limit: Limit,
    after: Option<SessionNode>,
}

pub(in super::super) async fn list(
    State(app): State<App>,
    allowed: Allowed<SeeSessions>,
    Place(id): Place<SubjectNode>,
    Params(query): Params<Query>,
) -> Result<Response<Body>, Problem> {
    let (world, realm, now) = (app.world(), allowed.realm.node, allowed.call.now);
    let limit = query.limit.count()?;
    known(world, realm, id).await?;
    let page = (limit + 1, now);
    let found = session::list(world, (realm, id), query.after, page).await?;
    let key = |session: &Session| session.node.to_string();
    Ok(json(&Page::of(found, limit, key, View::from)))
}
