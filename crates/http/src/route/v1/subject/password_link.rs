//! `POST /v1/subjects/{id}/password-link`: a one-time link by which a person sets a password, its
//! first one or one in the place of a forgotten one. The link before it is dead.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_identity::subject::{self, ChangeError};
use symbolon_signin::password_link::{self, Issued, LIFETIME};
use symbolon_token::node::SubjectNode;

use crate::app::App;
use crate::bearer::ChangeSubjects;
use crate::document::{Nothing, Place, Post, created};
use crate::problem::Problem;

pub(in super::super) async fn issue_password_link(
    State(app): State<App>,
    Place(id): Place<SubjectNode>,
    post: Post<ChangeSubjects, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm);
    let found = subject::find(app.world(), realm.node, id).await?;
    let person = found.ok_or(ChangeError::Unknown(id))?;
    let whose = Arc::clone(&realm);
    let answer = move |link: &Issued| {
        let url = whose.set_password(link.text.reveal());
        created(&json!({"url": url, "expires_at": link.expires_at}))
    };
    let place = (&*realm, &person);
    let deed = |with| password_link::issue(app.world(), &call, place, (LIFETIME, with));
    post.once.deed(answer, deed).await
}
