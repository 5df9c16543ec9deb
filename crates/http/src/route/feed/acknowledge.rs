//! `POST /feed/acknowledgements`: a follower says how far it enforces a stream, and is answered with
//! its own nonce and where the stream stands now.

use axum::extract::State;
use axum::response::Response;
use symbolon_token::feed::Acknowledgement;

use super::{follows, jwt};
use crate::app::App;
use crate::bearer::{Allowed, FollowFeed};
use crate::document::{Document, Read};
use crate::problem::Problem;

impl Document for Acknowledgement {}

pub(super) async fn acknowledge(
    State(app): State<App>,
    allowed: Allowed<FollowFeed>,
    Read(said): Read<Acknowledgement>,
) -> Result<Response, Problem> {
    let who = follows(&app, &allowed, &said.audience).await?;
    let (world, now) = (app.world(), app.now());
    let heard = app
        .feed()
        .acknowledge(world, (&allowed.realm, &who), &said, now)?;
    if heard.is_new {
        app.feed().share(world, now).await;
    }
    for lag in heard.lags {
        app.metrics().enforced(lag);
    }
    Ok(jwt(heard.echo))
}
