//! `POST /v1/subjects/{id}/disable` and `/enable`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_identity::subject;
use symbolon_token::node::SubjectNode;

use crate::app::App;
use crate::bearer::ChangeSubjects;
use crate::document::{Nothing, Place, Post, done};
use crate::problem::Problem;

pub(in super::super) async fn disable(
    State(app): State<App>,
    Place(id): Place<SubjectNode>,
    post: Post<ChangeSubjects, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = done(&json!({"id": id, "state": "disabled"}));
    let deed = subject::disable(app.world(), &call, realm, id);
    post.once.again(answer, deed).await
}

pub(in super::super) async fn enable(
    State(app): State<App>,
    Place(id): Place<SubjectNode>,
    post: Post<ChangeSubjects, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = done(&json!({"id": id, "state": "live"}));
    let deed = subject::enable(app.world(), &call, realm, id);
    post.once.again(answer, deed).await
}
