//! The issuer's keys, and the feed's: fetched ahead, kept when they cannot be fetched, and not fetched
//! for every unknown name.
//!
//! 1. They are fetched at the start, and every five minutes.
//! 2. A key that the feed announces and that is not known is fetched at once. Nobody but the authority can
//!    make that happen, so it does not wait for the cool-down, which junk can use up.
//! 3. A name that nobody announced is asked for within the cool-down. In it, whoever presents such a
//!    name waits until the feed is known to name no such key: its token may have come before that news.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use super::backoff::{Backoff, pause};
use super::shared::Shared;
use super::source::Failure;
use crate::freshness::Freshness;
use crate::judge::SETTLES;
use crate::knowledge::{FeedKeys, Knowledge};
use crate::moment::Monotonic;

/// How long the issuer's keys are kept before they are fetched again. Keys are announced long before
/// they sign.
const REFRESH: Duration = Duration::from_mins(5);

/// How far apart fetches are that an unknown name asks for: whoever sends junk does not make us ask.
pub const COOL_DOWN: Duration = Duration::from_secs(10);

/// How far apart fetches are that the feed asks for. Where what came lacks the key, or nothing came, they
/// go on twice as far apart each time.
pub const ANNOUNCED: Duration = Duration::from_millis(250);

/// How long a request waits for keys to be fetched.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a request waits for a key that was announced.
const MISSING: Duration = Duration::from_secs(1);

/// How many requests wait at once because of names that nobody announced. Those beyond are sent away.
pub(super) const MAX_STRANGERS: usize = 256;

/// When keys were fetched, and what came.
#[derive(Debug, Default)]
pub(super) struct Fetches {
    tried_at: Option<Monotonic>,
    /// When those that are known were asked for.
    fetched_at: Option<Monotonic>,
    feed_tried_at: Option<Monotonic>,
    text: String,
}

fn is_due(tried_at: Option<Monotonic>, now: Monotonic) -> bool {
    tried_at.is_none_or(|tried_at| now.since(tried_at) >= COOL_DOWN)
}

impl Shared {
    /// Fetches the issuer's keys.
    async fn fetch_keys(&self, fetches: &mut Fetches) -> Result<(), Failure> {
        let now = self.now();
        fetches.tried_at = Some(now);
        let text = self.source.keys().await?;
        if text != fetches.text {
            let set = self.verifier.set_jwks(&text);
            set.map_err(|_| Failure::Answer("the key set"))?;
            fetches.text = text;
        }
        fetches.fetched_at = Some(now);
        // Whoever waits for a key looks again.
        self.news.send_modify(|count| *count += 1);
        Ok(())
    }

    /// A token names a key that is not known. Whether what is known of keys by now is younger than that
    /// token; if not, nothing can be said of it.
    pub(super) async fn look_for_key(&self, kid: &str) -> bool {
        let asked_at = self.now();
        let patience = self.verifier.bounds_kept().fresh.saturating_add(SETTLES);
        if self.verifier.announces(kid) {
            return self.await_key(kid, asked_at, MISSING).await;
        }
        if self.fetch_keys_on_demand(asked_at).await {
            return true;
        }
        match self.strangers.try_acquire() {
            Ok(_seat) => self.await_key(kid, asked_at, patience).await,
            Err(_) => false,
        }
    }

    /// Step 3: whether keys are known that were asked for after this moment.
    async fn fetch_keys_on_demand(&self, asked_at: Monotonic) -> bool {
        let asking = async {
            let mut fetches = self.keys.lock().await;
            // By another, while this one waited for the lock.
            if fetches.fetched_at > Some(asked_at) {
                return true;
            }
            if !is_due(fetches.tried_at, self.now()) {
                return false;
            }
            let came = self.fetch_keys(&mut fetches).await;
            came.inspect_err(|failure| self.failed(failure)).is_ok()
        };
        timeout(PATIENCE, asking).await.unwrap_or(false)
    }

    /// Steps 2 and 3: waits until the key is known, or known to be none.
    async fn await_key(&self, kid: &str, asked_at: Monotonic, patience: Duration) -> bool {
        let mut news = self.news.subscribe();
        let verifier = &self.verifier;
        let known = async {
            loop {
                if verifier.knows_key(kid) {
                    return true;
                }
                if !verifier.announces(kid) {
                    if verifier.look(Knowledge::as_of) >= Some(asked_at.plus(SETTLES)) {
                        return true;
                    }
                    if verifier.freshness(self.now()) != Freshness::Fresh {
                        return false;
                    }
                }
                if news.changed().await.is_err() {
                    return false;
                }
            }
        };
        timeout(patience, known).await.unwrap_or(false)
    }

    /// The keys that the feed announces and that are not known.
    fn missing_keys(&self) -> Vec<String> {
        self.verifier.look(|knowledge| {
            let missing = knowledge.keys().filter(|kid| !self.verifier.knows_key(kid));
            missing.map(str::to_owned).collect()
        })
    }

    /// Keys that the feed announces are fetched ahead of their first token.
    pub(super) fn look_for_new_keys(&self) {
        if !self.missing_keys().is_empty() {
            self.wants_keys.notify_one();
        }
    }

    /// A text of the feed names a key that is not known, or none is known yet.
    pub(super) async fn fetch_feed_keys(&self) {
        let mut fetches = self.keys.lock().await;
        let known = self.feed_keys.read();
        let known = known.unwrap_or_else(PoisonError::into_inner).is_some();
        if known && !is_due(fetches.feed_tried_at, self.now()) {
            return;
        }
        fetches.feed_tried_at = Some(self.now());
        let text = self.source.feed_keys().await;
        let read = text.and_then(|text| {
            FeedKeys::parse(text).map_err(|_| Failure::Answer("the feed's key set"))
        });
        match read {
            Ok(keys) => {
                let place = self.feed_keys.write();
                *place.unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys));
            }
            Err(failure) => self.failed(&failure),
        }
    }

    /// Keeps the issuer's keys fresh: steps 1 and 2.
    pub(super) async fn keep_keys(&self) {
        let mut after_failure = Backoff::new();
        let mut while_missing = Backoff::from(ANNOUNCED);
        let mut missed = Vec::new();
        loop {
            let fetched = {
                let mut fetches = self.keys.lock().await;
                self.fetch_keys(&mut fetches).await
            };
            let missing = self.missing_keys();
            if is_new(&missing, &missed) {
                while_missing.reset();
            }
            missed = missing;
            let wait = match fetched {
                Err(failure) => {
                    self.failed(&failure);
                    after_failure.wait(&*self.random)
                }
                Ok(()) if missed.is_empty() => {
                    after_failure.reset();
                    REFRESH
                }
                Ok(()) => {
                    after_failure.reset();
                    while_missing.wait(&*self.random)
                }
            };
            if timeout(wait, self.announced(&missed)).await.is_ok() {
                let tried_at = self.keys.lock().await.tried_at.unwrap_or_default();
                pause(ANNOUNCED.saturating_sub(self.now().since(tried_at))).await;
            }
        }
    }

    /// Waits until a key is announced that is neither known nor among these.
    async fn announced(&self, missed: &[String]) {
        while !is_new(&self.missing_keys(), missed) {
            self.wants_keys.notified().await;
        }
    }
}

/// Whether one is missing that was not before.
fn is_new(missing: &[String], missed: &[String]) -> bool {
    missing.iter().any(|kid| !missed.contains(kid))
}
