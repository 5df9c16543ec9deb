//! How the demo resource verifies tokens: by `symbolon-verify`, as any resource server, but with the feed
//! handed to it in process and on demand. What was revoked before a request is known to that request,
//! and a development server that nobody asks does nothing.
//!
//! 1. The realm's keys, where they have changed.
//! 2. Where something has happened since the last time, or that was a second ago: a snapshot, and a
//!    nonce whose echo makes it fresh. Frames may be cut in between: then again.
//! 3. The token is verified offline.
//!
//! It follows without staying: no receipt waits for it. examples/resource-server stays.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError};
use std::time::{Duration, Instant};

use symbolon_authority::feed::Who;
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key;
use symbolon_token::feed::{Acknowledgement, Bytes};
use symbolon_token::node::RealmNode;
use symbolon_token::random;
use symbolon_verify::{
    Admitted, Bounds, Demand, FeedKeys, KeysError, Knowledge, Moment, Monotonic, Need, Outcome,
    Presented, Proven, Refusal, Scheme, Verifier,
};
use tokio::sync::Mutex;

use crate::app::App;
use crate::problem::Problem;

/// How long what was heard is fresh enough, if nothing has happened since: well below the time in which
/// knowledge gets stale.
const AGAIN: Duration = Duration::from_secs(1);

/// How often a snapshot is fetched for one token: each time a frame was cut meanwhile.
const MAX_TRIES: usize = 8;

/// Realms whose verifiers are kept: a development server has one.
const MAX_REALMS: usize = 16;

/// The verifiers of the realms.
#[derive(Default)]
pub(crate) struct Verifiers(std::sync::Mutex<HashMap<RealmNode, Arc<One>>>);

struct One {
    issuer: String,
    verifier: Verifier,
    /// What it has learnt. Whoever holds this learns; the others wait, so that an older snapshot never
    /// comes after a newer one.
    learning: Mutex<Learnt>,
}

/// What a verifier has learnt.
#[derive(Default)]
struct Learnt {
    /// The tag of its key set.
    keys: String,
    /// When it last heard everything, and the last change of the realm before that.
    heard: Option<(Monotonic, u64)>,
}

/// What came of a token.
pub(crate) enum Found {
    /// It passes.
    Admitted(Admitted),
    /// It is authentic, and does not.
    Refused,
    /// It is no JWT of this realm's for this resource: perhaps it has another format.
    Strange,
}

fn now(app: &App) -> Moment {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    Moment {
        monotonic: Monotonic(START.elapsed()),
        wall: app.now(),
    }
}

impl Verifiers {
    fn of(&self, realm: &Realm, audience: &str) -> Arc<One> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let issuer = realm.issuer.as_str();
        if let Some(one) = all.get(&realm.node).filter(|one| one.issuer == issuer) {
            return Arc::clone(one);
        }
        if all.len() >= MAX_REALMS {
            all.clear();
        }
        let one = Arc::new(One {
            issuer: issuer.to_owned(),
            verifier: Verifier::following(issuer, audience),
            learning: Mutex::default(),
        });
        all.insert(realm.node, Arc::clone(&one));
        one
    }
}

/// Steps 1 to 3.
///
/// # Errors
/// [`Problem`] where the feed cannot be read.
pub(crate) async fn verify(app: &App, realm: &Realm, token: &str) -> Result<Found, Problem> {
    let audience = app.options().demo.as_deref().unwrap_or_default();
    let one = app.demo().of(realm, audience);
    learn(app, realm, &one).await?;
    let at = now(app);
    let presented = Presented {
        token,
        scheme: Scheme::Bearer,
        proven: Proven::default(),
        seen_at: at.monotonic,
    };
    Ok(match one.verifier.verify(&presented, &Demand::any(), at) {
        Outcome::Admitted(access) => Found::Admitted(access),
        Outcome::Needs(Need::Keys) | Outcome::Refused(Refusal::NotAuthentic(_)) => Found::Strange,
        // It learnt everything a moment ago: what is strange now is forged.
        Outcome::Refused(_) | Outcome::Needs(Need::News | Need::Introspection) => Found::Refused,
    })
}

/// Steps 1 and 2.
async fn learn(app: &App, realm: &Realm, one: &One) -> Result<(), Problem> {
    let world = app.world();
    let mut known = one.learning.lock().await;
    let ring = signing_key::ring(world, realm.node).await?;
    let published = ring.jwks(app.now());
    if known.keys != published.etag {
        let set = one.verifier.set_jwks(&published.json);
        set.map_err(Problem::internal)?;
        known.keys.clone_from(&published.etag);
    }
    // A change is counted before its commit is answered: whatever was revoked before this request is.
    let changes = world.changes.version(realm.node);
    let is_new =
        |(at, seen): (Monotonic, u64)| seen != changes || now(app).monotonic.since(at) >= AGAIN;
    if !known.heard.is_none_or(is_new) {
        return Ok(());
    }
    for _ in 0..MAX_TRIES {
        let asked_at = now(app).monotonic;
        hear(app, realm, one).await?;
        if one.verifier.look(Knowledge::as_of) >= Some(asked_at) {
            known.heard = Some((asked_at, changes));
            break;
        }
    }
    Ok(())
}

/// Step 2, once.
async fn hear(app: &App, realm: &Realm, one: &One) -> Result<(), Problem> {
    let (world, feed, verifier) = (app.world(), app.feed(), &one.verifier);
    let keys = feed_keys(app, realm).map_err(Problem::internal)?;
    let audience = verifier.audience();
    // An echo waits until everything is told, and whoever asks here waits for it.
    feed.cut(world, app.now()).await;
    let snapshot = feed.snapshot(world, realm, audience, app.now()).await?;
    let nonce = Bytes(random::bytes(&*world.random));
    let position = verifier.learn(|knowledge| {
        knowledge.apply_snapshot(&snapshot, &keys)?;
        knowledge.ask(nonce, now(app).monotonic);
        knowledge
            .position()
            .ok_or(symbolon_verify::FeedError::Nothing)
    });
    let position = position.map_err(Problem::internal)?;
    let acknowledgement = Acknowledgement {
        audience: audience.to_owned(),
        stream: position.stream,
        n: position.n,
        nonce,
        follower: "demo".to_owned(),
        dark_after_ms: u64::try_from(Bounds::default().dark.as_millis()).ok(),
        leaving: true,
    };
    let who = Who::operator();
    let heard = feed.acknowledge(world, (realm, &who), &acknowledgement, app.now());
    if let Ok(heard) = heard.await {
        // Where a frame was cut meanwhile it is behind, and tries again.
        let echoed = verifier.learn(|knowledge| knowledge.echo(&heard.echo, &keys));
        echoed.map_err(Problem::internal)?;
    }
    Ok(())
}

fn feed_keys(app: &App, realm: &Realm) -> Result<FeedKeys, KeysError> {
    let keys = &app.world().material.feed_keys;
    let published = keys.published(realm.node).ok();
    FeedKeys::parse(serde_json::to_string(&published).unwrap_or_default())
}
