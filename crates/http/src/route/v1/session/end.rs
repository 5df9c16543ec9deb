//! `DELETE /v1/sessions/{id}`: it and what descends from it is dead for good, and the clients that
//! asked for it are told. `DELETE /v1/subjects/{id}/sessions`: the same with all of a person's.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use serde_json::json;
use symbolon_identity::session;
use symbolon_token::node::{SessionNode, SubjectNode};

use super::known;
use crate::app::App;
use crate::bearer::{Allowed, EndSessions};
use crate::document::{Place, json as answer};
use crate::problem::Problem;

/// What the journal has as the reason; it names the actor too.
const REASON: &str = "ended by management";

pub(in super::super) async fn end(
    State(app): State<App>,
    allowed: Allowed<EndSessions>,
    Place(id): Place<SessionNode>,
) -> Result<StatusCode, Problem> {
    let (call, realm) = (&allowed.call, allowed.realm.node);
    session::revoke(app.world(), call, realm, (id, REASON)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(in super::super) async fn end_all(
    State(app): State<App>,
    allowed: Allowed<EndSessions>,
    Place(id): Place<SubjectNode>,
) -> Result<Response<Body>, Problem> {
    let (world, call, realm) = (app.world(), &allowed.call, allowed.realm.node);
    known(world, realm, id).await?;
    let mut ended = 0;
    // The verb ends so many at once, and more of a person with more.
    loop {
        match session::revoke_all(world, call, (realm, id), REASON).await? {
            0 => return Ok(answer(&json!({"subject": id, "ended": ended}))),
            more => ended += more,
        }
    }
}
