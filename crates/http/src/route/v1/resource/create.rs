//! `POST /v1/resources`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::resource::{self, NewResource, Resource};

use super::{Changeable, View};
use crate::app::App;
use crate::bearer::ChangeResources;
use crate::document::{Document, Post, created};
use crate::problem::Problem;

/// A resource as it is asked for.
#[derive(Deserialize)]
pub(in super::super) struct Asked {
    audience: String,
    #[serde(flatten)]
    changeable: Changeable,
}

impl Document for Asked {}

pub(in super::super) async fn create(
    State(app): State<App>,
    post: Post<ChangeResources, Asked>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm);
    let answer = |made: &Resource| created(&View::from(made.clone()));
    let changeable = post.body.changeable;
    let (settings, is_default) = changeable.resolved(app.world(), realm.node).await?;
    let new = NewResource {
        audience: post.body.audience,
        is_default,
        settings,
    };
    let deed = |with| resource::create(app.world(), &call, &realm, (new, with));
    post.once.deed(answer, deed).await
}
