//! `GET /v1/subjects/{id}/password`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_authority::standing;
use symbolon_signin::password;
use symbolon_token::node::SubjectNode;

use super::{Kept, View, person};
use crate::app::App;
use crate::bearer::{Allowed, SeeSubjects};
use crate::document::{Place, json};
use crate::problem::Problem;

pub(in super::super) async fn show(
    State(app): State<App>,
    allowed: Allowed<SeeSubjects>,
    Place(id): Place<SubjectNode>,
) -> Result<Response<Body>, Problem> {
    let (world, realm) = (app.world(), allowed.realm.node);
    person(world, realm, id).await?;
    let found = password::find(world, realm, id).await?;
    let stands = found.map(|found| (standing(world, found.node), found));
    // One that ended after its row was read is none any more.
    let lives = stands.filter(|(state, _)| *state != "ended");
    let state = lives.as_ref().map_or("none", |(state, _)| state);
    let password = lives.map(|(_, found)| Kept {
        id: found.node,
        created_at: found.created_at,
    });
    Ok(json(&View {
        subject: id,
        state,
        password,
    }))
}
