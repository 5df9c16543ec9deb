//! `POST /v1/realms`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::realm::{self, NewRealm, Realm};

use super::View;
use crate::app::App;
use crate::bearer::ManageRealms;
use crate::document::{Document, Post, created};
use crate::problem::Problem;

/// A realm as it is asked for.
#[derive(Deserialize)]
pub(in super::super) struct Asked {
    name: String,
    issuer: String,
}

impl Document for Asked {}

pub(in super::super) async fn create(
    State(app): State<App>,
    post: Post<ManageRealms, Asked>,
) -> Result<Response<Body>, Problem> {
    let call = post.allowed.call;
    let answer = |made: &Realm| created(&View::from(made));
    let Asked { name, issuer } = post.body;
    let new = NewRealm { name, issuer };
    let deed = |with| realm::create(app.world(), &call, (new, with));
    post.once.deed(answer, deed).await
}
