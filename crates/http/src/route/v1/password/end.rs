//! `DELETE /v1/subjects/{id}/password`: it and what descends from it are dead for good.

use axum::extract::State;
use axum::http::StatusCode;
use symbolon_signin::password;
use symbolon_token::node::SubjectNode;

use super::person;
use crate::app::App;
use crate::bearer::{Allowed, ChangeSubjects};
use crate::document::Place;
use crate::problem::Problem;

pub(in super::super) async fn end(
    State(app): State<App>,
    allowed: Allowed<ChangeSubjects>,
    Place(id): Place<SubjectNode>,
) -> Result<StatusCode, Problem> {
    let (world, realm) = (app.world(), allowed.realm.node);
    person(world, realm, id).await?;
    password::end(world, &allowed.call, realm, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
