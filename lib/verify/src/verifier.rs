//! Verify one token for one route: everything that this crate knows, in order.
//!
//! 1. A token that was found authentic before is known by the hash of what was signed, and by its
//!    signature. Else signature, type, issuer and audience are checked; a key that is not known is
//!    fetched first, within a cool-down.
//! 2. It lives ([`judge`]). A token that lived under what is still all that is known lives without
//!    being judged again: only its end and the age of that knowledge are looked at.
//! 3. Whoever sent the request may present it.
//! 4. It allows what the route demands.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use symbolon_jose::jwt::Hashed;
use symbolon_jose::{Algorithm, JwkSet, KeySet, VerifyError};
use symbolon_token::time::Time;

use crate::access::{Access, Typed, authenticate_hashed};
use crate::demand::{Demand, Lack};
use crate::freshness::{Bounds, Freshness, Policy, Way};
use crate::judge::{Death, Question, Verdict, judge, out_of_time};
use crate::kept::{Keeper, Kept};
use crate::knowledge::{KeysError, Knowledge};
use crate::moment::{Moment, Monotonic};
use crate::refusal::Refusal;
use crate::sender::{Proven, Scheme, may_present};

/// Authentic tokens kept in memory: 20,000, usually of 1.1 (Ed25519) to 1.4 kilobytes (RS256).
pub const MAX_KEPT: usize = 20_000;

/// When to ask again if nothing can be said now.
const RETRY: Duration = Duration::from_secs(1);

/// A token as a request presents it. It has no `Debug`: tokens do not print.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// The token's text.
    pub token: &'a str,
    /// By which scheme.
    pub scheme: Scheme,
    /// What the request proved about its sender.
    pub proven: Proven<'a>,
    /// When the request came.
    pub seen_at: Monotonic,
}

/// A token that was let pass.
#[derive(Clone, Debug)]
pub struct Admitted(Arc<Kept>);

impl Deref for Admitted {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.0.access
    }
}

/// What a verifier says.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The token passes.
    Admitted(Admitted),
    /// It does not.
    Refused(Refusal),
    /// Something must be fetched first; then ask again, with the same [`Presented::seen_at`].
    Needs(Need),
}

/// What must be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The issuer's signing keys.
    Keys,
    /// News of the feed.
    News,
    /// The authority's word on this very token (RFC 7662).
    Introspection,
}

/// No such time.
const NONE: i64 = i64::MIN;

/// What a hit needs of the knowledge, without its lock. Milliseconds.
#[derive(Debug)]
struct Hot {
    generation: AtomicU64,
    as_of: AtomicI64,
    time_at_zero: AtomicI64,
}

/// Verifies the tokens of one issuer that are meant for one audience.
pub struct Verifier {
    issuer: Box<str>,
    audience: Box<str>,
    typed: Typed,
    bounds: Bounds,
    follows: bool,
    /// Whether some route goes on by memory in the DARK.
    stays_open: AtomicBool,
    knowledge: RwLock<Knowledge>,
    hot: Hot,
    kept: Keeper,
}

impl Verifier {
    /// Follows no feed: a token lives until it expires, by the wall clock.
    #[must_use]
    pub fn offline(issuer: &str, audience: &str, keys: KeySet) -> Self {
        let verifier = Self::new(issuer, audience, false);
        verifier.set_keys(keys);
        verifier
    }

    /// Follows the feed: whoever owns it hands keys ([`set_keys`](Self::set_keys)) and the feed's texts
    /// ([`learn`](Self::learn)) in. Until both have come nothing passes.
    #[must_use]
    pub fn following(issuer: &str, audience: &str) -> Self {
        Self::new(issuer, audience, true)
    }

    fn new(issuer: &str, audience: &str, follows: bool) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            typed: Typed::default(),
            bounds: Bounds::default(),
            follows,
            stays_open: AtomicBool::new(false),
            knowledge: RwLock::new(Knowledge::new(issuer, audience)),
            hot: Hot {
                generation: AtomicU64::new(0),
                as_of: AtomicI64::new(NONE),
                time_at_zero: AtomicI64::new(NONE),
            },
            kept: Keeper::new(MAX_KEPT),
        }
    }

    /// Which `typ` its tokens have.
    #[must_use]
    pub fn typed(self, typed: Typed) -> Self {
        Self { typed, ..self }
    }

    /// When knowledge is FRESH, STALE, DARK.
    #[must_use]
    pub fn bounds(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// How many authentic tokens it remembers.
    #[must_use]
    pub fn kept(self, most: usize) -> Self {
        let kept = self.kept.room(most);
        Self { kept, ..self }
    }

    /// Replaces the issuer's keys. What others signed is forgotten.
    pub fn set_keys(&self, keys: KeySet) {
        self.kept.set(keys);
    }

    /// Replaces the issuer's keys by those of a JWK set (RFC 7517 §5) that serve any algorithm of key pairs.
    ///
    /// # Errors
    /// [`KeysError`]; the keys stand as before.
    pub fn set_jwks(&self, jwks: impl AsRef<[u8]>) -> Result<(), KeysError> {
        let set = JwkSet::parse(jwks)?;
        self.set_keys(KeySet::from_jwks(&set, &Algorithm::ASYMMETRIC)?);
        Ok(())
    }

    /// Hands the knowledge to whoever learns from the feed. What is changed there counts for every
    /// token that is verified from then on. Tokens that were not seen before wait meanwhile: long texts
    /// are read ([`FeedKeys::snapshot`], [`FeedKeys::frame`]) before they are handed in.
    ///
    /// [`FeedKeys::snapshot`]: crate::FeedKeys::snapshot
    /// [`FeedKeys::frame`]: crate::FeedKeys::frame
    pub fn learn<T>(&self, learn: impl FnOnce(&mut Knowledge) -> T) -> T {
        let knowledge = self.knowledge.write();
        let mut knowledge = knowledge.unwrap_or_else(PoisonError::into_inner);
        let learnt = learn(&mut knowledge);
        let millis = |at: Monotonic| i64::try_from(at.0.as_millis()).unwrap_or(i64::MAX);
        let as_of = knowledge.as_of().map_or(NONE, millis);
        let heard = knowledge.heard();
        let zero = heard.map_or(NONE, |heard| {
            heard.at.0.saturating_sub(millis(heard.sent_at))
        });
        self.hot.as_of.store(as_of, Ordering::Relaxed);
        self.hot.time_at_zero.store(zero, Ordering::Relaxed);
        let generation = knowledge.generation();
        self.hot.generation.store(generation, Ordering::Release);
        let replaced = knowledge.take_replaced();
        drop(knowledge);
        drop(replaced);
        learnt
    }

    /// Looks at what is known.
    pub fn look<T>(&self, look: impl FnOnce(&Knowledge) -> T) -> T {
        let knowledge = self.knowledge.read();
        look(&knowledge.unwrap_or_else(PoisonError::into_inner))
    }

    /// How old what is known is.
    #[must_use]
    pub fn freshness(&self, now: Monotonic) -> Freshness {
        self.bounds.freshness(self.age(now))
    }

    /// Its issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Its audience: this resource.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// Takes note of what a route demands before its first request: one that goes on in the DARK
    /// ([`Policy::BoundedOpen`]) is not to be named by the authority's receipts as one that does not.
    pub fn expect(&self, demand: &Demand) {
        let opens = match demand.way_when_old() {
            Policy::BoundedOpen(limit) => limit > self.bounds.dark,
            Policy::FailClosed | Policy::Introspect => false,
        };
        if opens && !self.stays_open() {
            self.stays_open.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it has met a route that goes on in the DARK.
    #[must_use]
    pub fn stays_open(&self) -> bool {
        self.stays_open.load(Ordering::Relaxed)
    }

    /// When what it knows is FRESH, STALE, DARK.
    #[must_use]
    pub fn bounds_kept(&self) -> Bounds {
        self.bounds
    }

    /// How many authentic tokens it remembers now.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.kept.len()
    }

    /// How many presented tokens it remembered, and how many it did not. Texts that are no JWT, or too
    /// long for one, are neither.
    #[must_use]
    pub fn recalled(&self) -> (u64, u64) {
        self.kept.recalled()
    }

    /// How old what is known is; `None` before anything was, and where no feed is followed.
    #[must_use]
    pub fn age(&self, now: Monotonic) -> Option<Duration> {
        let as_of = self.hot.as_of.load(Ordering::Relaxed);
        let as_of = u64::try_from(as_of).ok()?;
        Some(now.since(Monotonic(Duration::from_millis(as_of))))
    }

    /// Whether the issuer's keys have come.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.kept.keys().is_some()
    }

    /// Whether the feed names a key as one by which tokens may live. While it is not known nothing can be
    /// said of its tokens: fetch the issuer's keys at once.
    #[must_use]
    pub fn announces(&self, kid: &str) -> bool {
        self.look(|knowledge| knowledge.keys().any(|one| one == kid))
    }

    /// Whether the issuer's key of this name is known.
    #[must_use]
    pub fn knows_key(&self, kid: &str) -> bool {
        let keys = self.kept.keys();
        keys.is_some_and(|keys| keys.keys().iter().any(|key| key.kid() == Some(kid)))
    }

    /// Steps 1 to 4.
    #[must_use]
    pub fn verify(&self, presented: &Presented<'_>, demand: &Demand, now: Moment) -> Outcome {
        self.expect(demand);
        match self.authentic(presented.token) {
            Ok(kept) => self
                .decide(kept, presented, demand, now)
                .unwrap_or_else(|no| no),
            Err(VerifyError::KeyUnknown) => Outcome::Needs(Need::Keys),
            Err(error) => Outcome::Refused(Refusal::NotAuthentic(error)),
        }
    }

    fn decide(
        &self,
        kept: Arc<Kept>,
        presented: &Presented<'_>,
        demand: &Demand,
        now: Moment,
    ) -> Result<Outcome, Outcome> {
        let time = self.alive(&kept, presented, demand, now)?;
        suits(kept, presented, demand, time)
    }

    /// Steps 3 and 4, for a token of which the authority itself said that it lives.
    #[must_use]
    pub fn vouched(&self, presented: &Presented<'_>, demand: &Demand, now: Moment) -> Outcome {
        let time = self.time(now.monotonic).unwrap_or(now.wall);
        match self.authentic(presented.token) {
            Ok(kept) => suits(kept, presented, demand, time).unwrap_or_else(|no| no),
            Err(error) => Outcome::Refused(Refusal::NotAuthentic(error)),
        }
    }

    /// Step 1.
    fn authentic(&self, token: &str) -> Result<Arc<Kept>, VerifyError> {
        let expected = self.typed.expected(&self.issuer, &self.audience);
        let hashed = Hashed::new(token, expected)?;
        let check = |keys: &KeySet| authenticate_hashed(&hashed, keys, &self.audience);
        self.kept.authentic(&hashed, check)
    }

    /// Step 2: the time at which it lives.
    fn alive(
        &self,
        kept: &Kept,
        presented: &Presented<'_>,
        demand: &Demand,
        now: Moment,
    ) -> Result<Time, Outcome> {
        let dead = |death: Death| Outcome::Refused(Refusal::Dead(death));
        if !self.follows {
            return match out_of_time(&kept.facts, now.wall) {
                Some(death) => Err(dead(death)),
                None => Ok(now.wall),
            };
        }
        let policy = demand.way_when_old();
        let generation = self.hot.generation.load(Ordering::Acquire);
        if kept.lived_in.load(Ordering::Relaxed) == generation
            && policy.way(&self.bounds, self.age(now.monotonic)) == Way::Memory
            && let Some(time) = self.time(now.monotonic)
            && out_of_time(&kept.facts, time).is_none()
        {
            return Ok(time);
        }
        let question = Question {
            policy,
            bounds: self.bounds,
            seen_at: presented.seen_at,
            now: now.monotonic,
        };
        let (verdict, generation, time) = self.look(|knowledge| {
            let verdict = judge(knowledge, &kept.facts, &question);
            (
                verdict,
                knowledge.generation(),
                knowledge.time(now.monotonic),
            )
        });
        match verdict {
            Verdict::Live => {
                kept.lived_in.store(generation, Ordering::Relaxed);
                Ok(time.unwrap_or(now.wall))
            }
            Verdict::Dead(death) => Err(dead(death)),
            Verdict::CatchUp => Err(Outcome::Needs(Need::News)),
            Verdict::Introspect => Err(Outcome::Needs(Need::Introspection)),
            Verdict::Closed(_) => Err(Outcome::Refused(Refusal::unavailable())),
        }
    }

    fn time(&self, now: Monotonic) -> Option<Time> {
        let zero = self.hot.time_at_zero.load(Ordering::Relaxed);
        (zero != NONE).then(|| Time(zero).plus(now.0))
    }
}

/// Steps 3 and 4.
fn suits(
    kept: Arc<Kept>,
    presented: &Presented<'_>,
    demand: &Demand,
    time: Time,
) -> Result<Outcome, Outcome> {
    let access = &kept.access;
    if !may_present(access.cnf.as_ref(), presented.scheme, presented.proven) {
        return Err(Outcome::Refused(Refusal::Unproven));
    }
    match demand.lack(access, time) {
        None => Ok(Outcome::Admitted(Admitted(kept))),
        Some(Lack::Scope) => Err(Outcome::Refused(Refusal::Scope)),
        Some(Lack::Authentication) => Err(Outcome::Refused(Refusal::Authentication)),
    }
}

impl Refusal {
    /// Nothing can be said for now.
    pub(crate) fn unavailable() -> Self {
        Self::Unavailable { retry_after: RETRY }
    }
}
