//! `POST /v1/subjects/{id}/password/disable` and `/enable`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::json;
use symbolon_signin::password;
use symbolon_token::node::SubjectNode;

use super::person;
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
    let answer = done(&json!({"subject": id, "state": "disabled"}));
    let deed = async {
        person(app.world(), realm, id).await?;
        let disabled = password::disable(app.world(), &call, realm, id).await;
        disabled.map_err(Problem::from)
    };
    post.once.again(answer, deed).await
}

pub(in super::super) async fn enable(
    State(app): State<App>,
    Place(id): Place<SubjectNode>,
    post: Post<ChangeSubjects, Nothing>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = done(&json!({"subject": id, "state": "live"}));
    let deed = async {
        person(app.world(), realm, id).await?;
        let enabled = password::enable(app.world(), &call, realm, id).await;
        enabled.map_err(Problem::from)
    };
    post.once.again(answer, deed).await
}
