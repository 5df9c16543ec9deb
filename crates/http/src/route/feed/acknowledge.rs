//! `POST /feed/acknowledgements`: a follower says how far it enforces a stream, and is answered with
//! its own nonce and where the stream stands now. Where another process tells that stream, it is carried
//! there: 202, and the answer comes by the stream.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use symbolon_authority::feed::FeedError;
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
    let asks = (&*allowed.realm, &who);
    let heard = match app.feed().acknowledge(world, asks, &said, now).await {
        Err(FeedError::SnapshotNeeded) => {
            app.feed().carry(world, asks, &said, now).await?;
            return Ok(StatusCode::ACCEPTED.into_response());
        }
        heard => heard?,
    };
    if heard.is_untold {
        app.feed().welcome(world, asks, &said, now).await?;
    }
    for lag in heard.lags {
        app.metrics().enforced(lag);
    }
    Ok(jwt(heard.echo))
}
