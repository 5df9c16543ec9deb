//! `GET /v1/subjects/{id}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_identity::subject::{self, ChangeError};
use symbolon_token::node::SubjectNode;

use super::View;
use crate::app::App;
use crate::bearer::{Allowed, SeeSubjects};
use crate::document::{Place, json};
use crate::problem::Problem;

pub(in super::super) async fn show(
    State(app): State<App>,
    allowed: Allowed<SeeSubjects>,
    Place(id): Place<SubjectNode>,
) -> Result<Response<Body>, Problem> {
    let found = subject::find(app.world(), allowed.realm.node, id).await?;
    let subject = found.ok_or(ChangeError::Unknown(id))?;
    Ok(json(&View::of(app.world(), subject)))
}
