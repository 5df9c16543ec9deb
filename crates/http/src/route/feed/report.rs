//! `POST /feed/reports`: a verifier refused what was validly signed and never issued.

use axum::extract::State;
use axum::http::StatusCode;
use symbolon_authority::feed;
use symbolon_token::feed::Report;

use super::follows;
use crate::app::App;
use crate::bearer::{Allowed, FollowFeed};
use crate::document::{Document, Read};
use crate::problem::Problem;

impl Document for Report {}

pub(super) async fn report(
    State(app): State<App>,
    allowed: Allowed<FollowFeed>,
    Read(report): Read<Report>,
) -> Result<StatusCode, Problem> {
    follows(&app, &allowed, &report.audience).await?;
    let client = allowed.access().map(|access| access.client);
    let whose = (allowed.realm.node, client);
    feed::report(app.world(), &allowed.call, whose, &report).await;
    Ok(StatusCode::NO_CONTENT)
}
