//! `GET /feed/stream`: frames and heartbeats as they come, as server-sent events (WHATWG HTML §9.2).
//!
//! 1. It begins after the frame that the query names, or `Last-Event-ID`, which a client sends by
//!    itself when it comes back. Where neither names one, it begins with a snapshot; and also where it
//!    does not go on from there, if it is asked for that ([`Fallback`]).
//! 2. A follower that says its name hears the echoes of what it acknowledges at other processes.
//! 3. A heartbeat comes at once: whoever listens knows that it does.
//! 4. With each event it is asked again whether the token lives and the client may still follow: a
//!    stream ends no later than a second after its token.
//! 5. It ends when the stream does, when the follower is too slow, and when the server leaves.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::Deserialize;
use symbolon_authority::feed::{FeedError, Subscription, Who, Word};
use symbolon_identity::access::Access;
use symbolon_identity::realm::Realm;
use symbolon_token::feed::StreamName;
use symbolon_token::time::Time;

use super::{Wanted, follows, may_go_on};
use crate::app::App;
use crate::bearer::{Allowed, FollowFeed};
use crate::document::Params;
use crate::problem::Problem;

/// Tells nginx not to hold events back until they fill a page.
static UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What a stream begins with that does not go on from where it was.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fallback {
    Snapshot,
}

/// How to hear it.
#[derive(Deserialize)]
pub(super) struct Manner {
    /// The follower's name, as it stands in its acknowledgements.
    #[serde(default)]
    follower: Option<String>,
    /// Without it such a stream is refused with 410.
    #[serde(default)]
    fallback: Option<Fallback>,
}

/// One who listens.
struct Listener {
    app: App,
    realm: Arc<Realm>,
    who: Who,
    access: Option<Arc<Access>>,
    audience: String,
    subscription: Subscription,
    /// What it hears first.
    first: Option<Vec<Word>>,
}

pub(super) async fn stream(
    State(app): State<App>,
    allowed: Allowed<FollowFeed>,
    headers: HeaderMap,
    Params(wanted): Params<Wanted>,
    Params(manner): Params<Manner>,
) -> Result<Response, Problem> {
    let place =
        last_event(&headers).map_or_else(|| wanted.place_if_any(), |place| Ok(Some(place)))?;
    let asked = (wanted.audience, place);
    let listener = Listener::open(app, &allowed, asked, &manner).await?;
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
    /// Steps 1 to 3.
    async fn open(
        app: App,
        allowed: &Allowed<FollowFeed>,
        (audience, place): (String, Option<(StreamName, u64)>),
        manner: &Manner,
    ) -> Result<Self, Problem> {
        let who = follows(&app, allowed, &audience).await?;
        let (now, realm) = (allowed.call.now, Arc::clone(&allowed.realm));
        let channel = (&*realm, audience.as_str());
        let (begins, mut subscription) =
            subscribed(&app, channel, &who, (place, manner), now).await?;
        if let Some(follower) = &manner.follower {
            let named = (&who, follower.as_str());
            let named = app.feed().name(app.world(), &mut subscription, named, now);
            named.await?;
        }
        let mut first = Vec::from_iter(begins);
        first.extend(subscription.ready().unwrap_or_default());
        first.push(subscription.heartbeat(now)?);
        Ok(Self {
            who,
            access: allowed.access().cloned(),
            audience,
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
        // Step 4.
        let whose = (&*self.realm, self.access.as_deref());
        if !may_go_on(&self.app, whose, &self.who, &self.audience).await {
            return None;
        }
        let stream = self.subscription.stream();
        let mut events = String::new();
        for word in words {
            let (name, n, text) = match word {
                Word::Snapshot(n, text) => ("snapshot", n, text),
                Word::Frame(n, text) => ("frame", n, text),
                Word::Heartbeat(n, text) => ("heartbeat", n, text),
                Word::Echo(n, text) => ("echo", n, text),
            };
            // Writing to a string cannot fail.
            let _ = write!(events, "id: {stream}:{n}\nevent: {name}\ndata: {text}\n\n");
        }
        Some(events)
    }
}

/// Step 1: the stream after a place, or a snapshot and what comes after it.
async fn subscribed(
    app: &App,
    channel: (&Realm, &str),
    who: &Who,
    (place, manner): (Option<(StreamName, u64)>, &Manner),
    now: Time,
) -> Result<(Option<Word>, Subscription), FeedError> {
    if let Some(place) = place {
        match app.feed().subscribe(channel, who, place, now) {
            Err(FeedError::SnapshotNeeded) if manner.fallback.is_some() => {}
            subscription => return Ok((None, subscription?)),
        }
    }
    let (snapshot, subscription) = app.feed().begin(app.world(), channel, who, now).await?;
    Ok((Some(snapshot), subscription))
}

/// `S:N`, where a client says it.
fn last_event(headers: &HeaderMap) -> Option<(StreamName, u64)> {
    let id = headers.get("last-event-id")?.to_str().ok()?;
    let (stream, n) = id.split_once(':')?;
    Some((stream.parse().ok()?, n.parse().ok()?))
}
