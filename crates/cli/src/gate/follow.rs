//! Judge by the authority's feed: what was revoked there is known here within milliseconds, and no
//! request of a client costs one of ours.
//!
//! 1. A token that is no JWT, or one that was made in another way than access tokens are by default,
//!    says nothing by itself: the authority is asked about it.
//! 2. Where what is known is no longer fresh, and the operator wants it so, the authority is asked too.
//! 3. Everything else is judged by memory. What cannot be judged now is refused for now.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use symbolon_gate::{Identity, Judge, Verdict};
use symbolon_http::Known;
use symbolon_identity::realm::Issuer;
use symbolon_jose::VerifyError;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;
use symbolon_verify::follow::http::Client;
use symbolon_verify::follow::{Follow, Following as Feed};
use symbolon_verify::{Access, Demand, Freshness, Guard, Refusal};
use tokio::task::JoinSet;

use super::Introspect;
use crate::config::{Following, WhenOld};
use crate::exit::StartError;

/// How long a start waits for the feeds. An authority that is down keeps no gate from starting.
const READY: Duration = Duration::from_secs(3);

/// Judges, audience by audience.
pub(crate) struct Follower {
    guards: Arc<HashMap<String, Guard>>,
    introspect: Introspect,
    when_old: WhenOld,
    /// A live token: what else a route demands is the gate's.
    demand: Demand,
}

/// The feeds of a [`Follower`]: they are followed until this is dropped.
pub(crate) struct Feeds(Vec<Feed>);

/// As whom the feeds are followed.
pub(crate) struct Account<'a> {
    pub(crate) issuer: &'a Issuer,
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: &'a Secret,
    /// Certificate authorities that are believed beside the system's, in PEM.
    pub(crate) extra_ca: Option<&'a [u8]>,
}

impl Account<'_> {
    fn client(&self) -> Result<Client, StartError> {
        let client = Client::new(self.client_id, self.client_secret.clone());
        match self.extra_ca {
            Some(pem) => client
                .trusting(pem)
                .map_err(|error| StartError::Sentence(format!("authority.extra_ca: {error}"))),
            None => Ok(client),
        }
    }

    fn follow(&self, audience: &str, following: Following) -> Result<Feed, StartError> {
        let follow = Follow::http(self.issuer.as_str(), audience, self.client()?);
        let follow = follow.map_err(|error| {
            StartError::Sentence(format!("the authority's feed cannot be followed: {error}"))
        })?;
        Ok(follow.bounds(following.bounds).start())
    }
}

impl Follower {
    /// Follows the feed of each of these audiences. Until they have come nothing passes.
    ///
    /// # Errors
    /// [`StartError`] where that can never be.
    pub(crate) fn start(
        account: &Account<'_>,
        audiences: &[&str],
        following: Following,
        introspect: Introspect,
    ) -> Result<(Self, Feeds), StartError> {
        let mut feeds = Vec::new();
        let mut guards = HashMap::new();
        for audience in audiences {
            let feed = account.follow(audience, following)?;
            guards.insert((*audience).to_owned(), feed.guard());
            feeds.push(feed);
        }
        let follower = Self {
            guards: Arc::new(guards),
            introspect,
            when_old: following.when_old,
            demand: Demand::any(),
        };
        Ok((follower, Feeds(feeds)))
    }

    /// How what is known stands, whenever it is asked.
    pub(crate) fn known(&self) -> impl Fn() -> Vec<Known> + Send + Sync + use<> {
        let guards = Arc::clone(&self.guards);
        move || {
            let mut known: Vec<_> = guards.values().map(stands).collect();
            known.sort_by(|one, other| one.audience.cmp(&other.audience));
            known
        }
    }

    /// Step 2. What is dead by memory is dead for the authority too.
    fn asks(&self, guard: &Guard) -> bool {
        match self.when_old {
            WhenOld::FailClosed => false,
            WhenOld::Introspect => {
                let verifier = guard.verifier();
                verifier.freshness(guard.now()) != Freshness::Fresh || !verifier.has_keys()
            }
        }
    }
}

impl Feeds {
    /// Waits until all have come, or for three seconds.
    pub(crate) async fn ready(&self) {
        let until = tokio::time::Instant::now() + READY;
        for feed in &self.0 {
            let left = until.saturating_duration_since(tokio::time::Instant::now());
            if !feed.ready(left).await {
                tracing::warn!("the authority's feed has not come yet; until then nothing passes");
                return;
            }
        }
    }

    /// Takes leave of the authority, so that no receipt waits for this gate.
    pub(crate) async fn leave(self) {
        let leaving: JoinSet<()> = self.0.into_iter().map(Feed::leave).collect();
        leaving.join_all().await;
    }
}

impl Judge for Follower {
    async fn judge(&self, token: &str, audience: &str) -> Verdict {
        let Some(guard) = self.guards.get(audience) else {
            return Verdict::Dead;
        };
        // RFC 7515 §7.1. An encrypted one has five parts (RFC 7516 §7.1), and is for others to read.
        let is_signed = token.split('.').count() == 3;
        if !is_signed || self.asks(guard) {
            return self.introspect.judge(token, audience).await;
        }
        match guard.bearer(token, &self.demand).await {
            Ok(access) => Verdict::Alive(Box::new(identity(&access))),
            // A resource may have chosen the plain type, which this verifier does not take for one.
            Err(Refusal::NotAuthentic(VerifyError::Typ)) => {
                self.introspect.judge(token, audience).await
            }
            Err(Refusal::Unavailable { .. }) => match self.when_old {
                WhenOld::FailClosed => Verdict::Unknown,
                WhenOld::Introspect => self.introspect.judge(token, audience).await,
            },
            Err(_) => Verdict::Dead,
        }
    }
}

fn stands(guard: &Guard) -> Known {
    let (verifier, now) = (guard.verifier(), guard.now());
    let (hits, misses) = verifier.recalled();
    Known {
        audience: verifier.audience().to_owned(),
        state: match verifier.freshness(now) {
            Freshness::Fresh => "fresh",
            Freshness::Stale => "stale",
            Freshness::Dark => "dark",
        },
        age: verifier.age(now),
        hits,
        misses,
        remembered: verifier.remembered(),
    }
}

fn identity(access: &Access) -> Identity {
    Identity {
        issuer: access.iss.to_string(),
        subject: access.sub.to_string(),
        client: access.client_id.to_string(),
        scope: access.scope.clone(),
        audience: access.aud.iter().map(ToString::to_string).collect(),
        issued_at: Some(Time::from_seconds(access.iat)),
        expires_at: Time::from_seconds(access.exp),
        auth_time: access.auth_time.map(Time::from_seconds),
        acr: access.acr.as_deref().map(str::to_owned),
        token_id: Some(access.jti.to_string()),
        is_bound: access.cnf.is_some(),
    }
}
