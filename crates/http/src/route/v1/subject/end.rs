//! `DELETE /v1/subjects/{id}`: it and its tokens are dead for good.

use axum::extract::State;
use axum::http::StatusCode;
use symbolon_identity::subject;
use symbolon_token::node::SubjectNode;

use crate::app::App;
use crate::bearer::{Allowed, ChangeSubjects};
use crate::document::Place;
use crate::problem::Problem;

pub(in super::super) async fn end(
    State(app): State<App>,
    allowed: Allowed<ChangeSubjects>,
    Place(id): Place<SubjectNode>,
) -> Result<StatusCode, Problem> {
    subject::end(app.world(), &allowed.call, allowed.realm.node, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
