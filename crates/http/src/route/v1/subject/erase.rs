//! `POST /v1/subjects/{id}/erase`: it ends, and nothing of it is left but its id.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_token::node::SubjectNode;

use crate::app::App;
use crate::bearer::ChangeSubjects;
use crate::document::{Nothing, Place, Post, done};
use crate::problem::Problem;

pub(in super::super) async fn erase(
    State(app): State<App>,
    Place(id): Place<SubjectNode>,
    post: Post<ChangeSubjects, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = done(&json!({"id": id, "state": "ended"}));
    let deed = symbolon_authority::erase(app.world(), &call, realm, id);
    post.once.again(answer, deed).await
}
