//! `GET /v1/subjects`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::subject::{self, Subject};
use symbolon_token::node::SubjectNode;

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, SeeSubjects};
use crate::document::{Limit, Page, Params, json};
use crate::problem::Problem;

/// Which page.
#[derive(Deserialize)]
pub(in super::super) struct Query {
    #[serde(default)]
    limit: Limit,
    after: Option<SubjectNode>,
    /// How a person's username or email address begins.
    search: Option<String>,
}

pub(in super::super) async fn list(
    State(app): State<App>,
    allowed: Allowed<SeeSubjects>,
    Params(query): Params<Query>,
) -> Result<Response<Body>, Problem> {
    let (world, realm) = (app.world(), allowed.realm.node);
    let limit = query.limit.count()?;
    let found = match &query.search {
        Some(typed) => subject::search(world, (realm, typed), query.after, limit + 1).await?,
        None => subject::list(world, realm, query.after, limit + 1).await?,
    };
    let key = |subject: &Subject| subject.node.to_string();
    let page = Page::of(found, limit, key, |subject| View::of(world, subject));
    Ok(json(&page))
}
