//! `GET /feed/stream`: frames and heartbeats as they come, as server-sent events (WHATWG HTML §9.2).
//!
//! 1. It begins after the frame that the query names, or `Last-Event-ID`, which a client sends by
//!    itself when it comes back.
//! 2. A heartbeat comes at once: whoever listens knows that it does.
//! 3. With each event it is asked again whether the token lives and the client may still follow: a
//!    stream ends no later than a second after its token.
//! 4. It ends when the stream does, when the follower is too slow, and when the server leaves.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use symbolon_authority::feed::{Subscription, Who, Word, may_follow};
use symbolon_identity::access::{Access, alive};
use symbolon_identity::realm::Realm;
use symbolon_token::feed::StreamName;

use super::{Wanted, follows};
use crate::app::App;
use crate::bearer::{Allowed, FollowFeed};
use crate::document::Params;
use crate::problem::Problem;

/// Tells nginx not to hold events back until they fill a page.
static UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// One who listens.
struct Listener {
    app: App,
    realm: Arc<Realm>,
    who: Who,
    access: Option<Arc<Access>>,
    audience: String,
    stream: StreamName,
    subscription: Subscription,
    /// What it hears first.
    first: Option<Vec<Word>>,
}

pub(super) async fn stream(
    State(app): State<App>,
    allowed: Allowed<FollowFeed>,
    headers: HeaderMap,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Problem> {
    let listener = Listener::open(app, &allowed, &headers, wanted).await?;
    let events = unfold(listener, |mut listener| async {
        let events = listener.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(events)), listener))
    });
    let about = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        (UNBUFFERED.clone(), "no"),
    ];
    Ok((about, Body::from_stream(events)).into_response())
}

impl Listener {
    /// Steps 1 and 2.
    async fn open(
        app: App,
        allowed: &Allowed<FollowFeed>,
        headers: &HeaderMap,
        from: Wanted,
    ) -> Result<Self, Problem> {
        let who = follows(&app, allowed, &from.audience).await?;
        let (stream, after) = match last_event(headers) {
            Some(place) => place,
            None => from.place()?,
        };
        let (now, realm) = (allowed.call.now, Arc::clone(&allowed.realm));
        let place = (&*realm, from.audience.as_str());
        let feed = app.feed();
        let mut subscription = feed.subscribe(place, &who, (stream, after), now)?;
        let mut first = subscription.ready().unwrap_or_default();
        first.push(subscription.heartbeat(now)?);
        Ok(Self {
            who,
            access: allowed.access().cloned(),
            audience: from.audience,
            stream,
            subscription,
            first: Some(first),
            app,
            realm,
        })
    }

    async fn next(&mut self) -> Option<String> {
        let words = match self.first.take() {
            Some(words) => words,
            None => self.subscription.next().await?,
        };
        if !self.may_listen().await {
            return None;
        }
        let mut events = String::new();
        for word in words {
            let (name, n, text) = match word {
                Word::Frame(n, text) => ("frame", n, text),
                Word::Heartbeat(n, text) => ("heartbeat", n, text),
            };
            // Writing to a string cannot fail.
            let _ = write!(
                events,
                "id: {}:{n}\nevent: {name}\ndata: {text}\n\n",
                self.stream
            );
        }
        Some(events)
    }

    /// Step 3.
    async fn may_listen(&self) -> bool {
        let (world, now) = (self.app.world(), self.app.now());
        if let Some(access) = &self.access
            && alive(world, access, now).await.is_err()
        {
            return false;
        }
        let may = may_follow(world, &self.realm, &self.who, &self.audience);
        may.await.is_ok()
    }
}

/// `S:N`, where a client says it.
fn last_event(headers: &HeaderMap) -> Option<(StreamName, u64)> {
    let id = headers.get("last-event-id")?.to_str().ok()?;
    let (stream, n) = id.split_once(':')?;
    Some((stream.parse().ok()?, n.parse().ok()?))
}
