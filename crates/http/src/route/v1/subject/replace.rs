//! `PUT /v1/subjects/{id}`: what can be set, as a whole. What it is never changes.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_identity::subject::{self, Subject};
use symbolon_token::node::SubjectNode;

use super::{Changeable, View};
use crate::app::App;
use crate::bearer::{Allowed, ChangeSubjects};
use crate::document::{Place, Read, json};
use crate::problem::Problem;

pub(in super::super) async fn replace(
    State(app): State<App>,
    allowed: Allowed<ChangeSubjects>,
    Place(id): Place<SubjectNode>,
    Read(after): Read<Changeable>,
) -> Result<Response<Body>, Problem> {
    let (world, place) = (app.world(), (allowed.realm.node, id));
    let edit = |_: &Subject| Ok::<_, Problem>(after.clone().into());
    let changed = subject::change(world, &allowed.call, place, edit).await?;
    Ok(json(&View::of(world, changed)))
}
