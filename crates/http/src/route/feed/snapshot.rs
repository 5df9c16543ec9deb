//! `GET /feed/snapshot`: everything that a follower must know, signed.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{follows, jwt};
use crate::app::App;
use crate::bearer::{Allowed, FollowFeed};
use crate::document::Params;
use crate::problem::Problem;

/// Of which channel.
#[derive(Deserialize)]
pub(super) struct Of {
    audience: String,
}

pub(super) async fn snapshot(
    State(app): State<App>,
    allowed: Allowed<FollowFeed>,
    Params(of): Params<Of>,
) -> Result<Response, Problem> {
    follows(&app, &allowed, &of.audience).await?;
    let (feed, now) = (app.feed(), allowed.call.now);
    let asked = feed.snapshot(app.world(), &allowed.realm, &of.audience, now);
    Ok(jwt(asked.await?))
}
