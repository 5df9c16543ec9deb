//! The feed (docs/feed.md): what verifiers must know, as it happens. What it means is
//! `symbolon_authority::feed`'s; here is how it is asked for over HTTP.
//!
//! 1. Whoever follows has a bearer token for the realm's management API with the scope `feed`.
//! 2. It may follow the audiences for which its client may introspect.
//! 3. The keys that sign the feed are public.

mod acknowledge;
mod jwks;
mod poll;
mod report;
mod snapshot;
mod stream;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use symbolon_authority::feed::{FeedError, Who, may_follow};
use symbolon_identity::access::{Access, alive};
use symbolon_identity::realm::Realm;
use symbolon_token::feed::StreamName;

use crate::app::App;
use crate::bearer::{Allowed, FollowFeed};
use crate::problem::Problem;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/feed/jwks", get(jwks::jwks))
        .route("/feed/snapshot", get(snapshot::snapshot))
        .route("/feed/stream", get(stream::stream))
        .route("/feed/poll", get(poll::poll))
        .route("/feed/acknowledgements", post(acknowledge::acknowledge))
        .route("/feed/reports", post(report::report))
}

/// From where on to hear a channel.
#[derive(Deserialize)]
struct Wanted {
    audience: String,
    #[serde(default)]
    stream: Option<StreamName>,
    #[serde(default)]
    after: Option<u64>,
}

impl Wanted {
    /// # Errors
    /// 410 where nothing is named: whoever has no place has no snapshot.
    fn place(&self) -> Result<(StreamName, u64), Problem> {
        Ok(self.place_if_any()?.ok_or(FeedError::SnapshotNeeded)?)
    }

    /// # Errors
    /// 410 where half of it is named.
    fn place_if_any(&self) -> Result<Option<(StreamName, u64)>, Problem> {
        let place = self.stream.zip(self.after);
        if place.is_none() && (self.stream.is_some() || self.after.is_some()) {
            return Err(FeedError::SnapshotNeeded.into());
        }
        Ok(place)
    }
}

/// Who follows.
fn who(allowed: &Allowed<FollowFeed>) -> Who {
    let access = allowed.access();
    access.map_or_else(Who::operator, |access| Who {
        client_id: access.client_id.clone(),
    })
}

/// Step 2.
async fn follows(app: &App, allowed: &Allowed<FollowFeed>, audience: &str) -> Result<Who, Problem> {
    let who = who(allowed);
    may_follow(app.world(), &allowed.realm, &who, audience).await?;
    Ok(who)
}

/// Whether whoever began to listen may go on: the token lives, and the client may follow still.
async fn may_go_on(
    app: &App,
    (realm, access): (&Realm, Option<&Access>),
    who: &Who,
    audience: &str,
) -> bool {
    let (world, now) = (app.world(), app.now());
    if let Some(access) = access
        && alive(world, access, now).await.is_err()
    {
        return false;
    }
    may_follow(world, realm, who, audience).await.is_ok()
}

/// A signed text.
fn jwt(text: String) -> Response {
    let about = [
        (CONTENT_TYPE, "application/jwt"),
        (CACHE_CONTROL, "no-store"),
    ];
    (about, text).into_response()
}
