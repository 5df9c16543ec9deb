//! `GET /feed/poll`: the frames after a place; where there is none yet, it may wait for one. For those
//! that cannot hold a stream open, and for whoever has missed some.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::{Deserialize, Serialize};
use symbolon_authority::feed::{Subscription, Who, Word};
use tokio::time::{Instant, timeout_at};

use super::{Wanted, follows, may_go_on};
use crate::app::App;
use crate::bearer::{Allowed, FollowFeed, invalid_token};
use crate::document::{Params, json};
use crate::problem::Problem;

/// The longest wait: below what proxies wait for a reply.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How often it is asked again whether the token lives, as with a stream.
const LOOK: Duration = Duration::from_secs(1);

/// How long to wait.
#[derive(Deserialize)]
pub(super) struct Patience {
    /// In milliseconds, at most 30,000.
    #[serde(default)]
    wait_ms: u64,
}

/// What there is to hear.
#[derive(Serialize)]
struct Heard {
    frames: Vec<String>,
    heartbeat: String,
}

pub(super) async fn poll(
    State(app): State<App>,
    allowed: Allowed<FollowFeed>,
    Params(from): Params<Wanted>,
    Params(patience): Params<Patience>,
) -> Result<Response<Body>, Problem> {
    let who = follows(&app, &allowed, &from.audience).await?;
    let place = (&*allowed.realm, from.audience.as_str());
    let (after, now) = (from.place()?, allowed.call.now);
    let mut subscription = app.feed().subscribe(place, &who, after, now)?;
    let mut frames = frames(subscription.ready());
    let wait = Duration::from_millis(patience.wait_ms).min(LONGEST_WAIT);
    if frames.is_empty() && !wait.is_zero() {
        let asks = (&allowed, &who, place.1);
        frames = waited(&app, asks, &mut subscription, wait).await?;
    }
    let heartbeat = match subscription.heartbeat(app.now())? {
        Word::Snapshot(_, text)
        | Word::Frame(_, text)
        | Word::Heartbeat(_, text)
        | Word::Echo(_, text) => text,
    };
    Ok(json(&Heard { frames, heartbeat }))
}

/// The first frames that come within this time, to one whose token lives all the while.
async fn waited(
    app: &App,
    (allowed, who, audience): (&Allowed<FollowFeed>, &Who, &str),
    subscription: &mut Subscription,
    wait: Duration,
) -> Result<Vec<String>, Problem> {
    let end = Instant::now() + wait;
    loop {
        let look = end.min(Instant::now() + LOOK);
        let heard = timeout_at(look, first(subscription)).await;
        let whose = (&*allowed.realm, allowed.access().map(|access| &**access));
        if !may_go_on(app, whose, who, audience).await {
            return Err(invalid_token());
        }
        match heard {
            Ok(frames) => return Ok(frames.unwrap_or_default()),
            Err(_) if look == end => return Ok(Vec::new()),
            Err(_) => {}
        }
    }
}

/// The first frames that come; nothing where the stream ends before.
async fn first(subscription: &mut Subscription) -> Option<Vec<String>> {
    loop {
        let frames = frames(Some(subscription.next().await?));
        if !frames.is_empty() {
            return Some(frames);
        }
    }
}

fn frames(words: Option<Vec<Word>>) -> Vec<String> {
    let words = words.unwrap_or_default().into_iter();
    let frames = words.filter_map(|word| match word {
        Word::Frame(_, text) => Some(text),
        Word::Snapshot(..) | Word::Heartbeat(..) | Word::Echo(..) => None,
    });
    frames.collect()
}
