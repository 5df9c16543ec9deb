//! `DELETE /v1/grants/{id}`: every token that it gave is dead for good, and the person is asked again.

use axum::extract::State;
use axum::http::StatusCode;
use symbolon_identity::grant;
use symbolon_token::node::GrantNode;

use crate::app::App;
use crate::bearer::{Allowed, WithdrawGrants};
use crate::document::Place;
use crate::problem::Problem;

/// What the journal has as the reason; it names the actor too.
const REASON: &str = "withdrawn by management";

pub(in super::super) async fn withdraw(
    State(app): State<App>,
    allowed: Allowed<WithdrawGrants>,
    Place(id): Place<GrantNode>,
) -> Result<StatusCode, Problem> {
    let (call, realm) = (&allowed.call, allowed.realm.node);
    grant::revoke(app.world(), call, realm, (id, REASON)).await?;
    Ok(StatusCode::NO_CONTENT)
}
