//! The issuer's keys, and the feed's: fetched ahead, kept when they cannot be fetched, and not fetched
//! for every unknown name.

use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::timeout;

use super::backoff::{Backoff, pause};
use super::shared::Shared;
use super::source::Failure;
use crate::knowledge::FeedKeys;
use crate::moment::Monotonic;

/// How long the issuer's keys are kept before they are fetched again. Keys are announced long before
/// they sign.
const REFRESH: Duration = Duration::from_mins(5);

/// How far apart fetches are that an unknown name asks for: whoever sends junk does not make us ask.
pub const COOL_DOWN: Duration = Duration::from_secs(10);

/// How long a request waits for keys.
const PATIENCE: Duration = Duration::from_secs(3);

/// When keys were fetched, and what came.
#[derive(Debug, Default)]
pub(super) struct Fetches {
    tried_at: Option<Monotonic>,
    feed_tried_at: Option<Monotonic>,
    text: String,
}

fn is_due(tried_at: Option<Monotonic>, now: Monotonic) -> bool {
    tried_at.is_none_or(|tried_at| now.since(tried_at) >= COOL_DOWN)
}

impl Shared {
    /// Fetches the issuer's keys.
    async fn fetch_keys(&self, fetches: &mut Fetches) -> Result<(), Failure> {
        fetches.tried_at = Some(self.now());
        let text = self.source.keys().await?;
        if text == fetches.text {
            return Ok(());
        }
        let set = self.verifier.set_jwks(&text);
        set.map_err(|_| Failure::Answer("the key set"))?;
        fetches.text = text;
        Ok(())
    }

    /// A token names a key that is not known.
    pub(super) async fn fetch_keys_on_demand(&self) {
        let fetch = async {
            let mut fetches = self.keys.lock().await;
            if !is_due(fetches.tried_at, self.now()) {
                return;
            }
            if let Err(failure) = self.fetch_keys(&mut fetches).await {
                self.failed(&failure);
            }
        };
        // Whoever waits longer is refused for now; the next one asks again.
        let _ = timeout(PATIENCE, fetch).await;
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
                *place.unwrap_or_else(PoisonError::into_inner) = Some(keys);
            }
            Err(failure) => self.failed(&failure),
        }
    }

    /// Keeps the issuer's keys fresh.
    pub(super) async fn keep_keys(&self) {
        let mut backoff = Backoff::new();
        loop {
            let fetched = {
                let mut fetches = self.keys.lock().await;
                self.fetch_keys(&mut fetches).await
            };
            let (wait, apart) = match fetched {
                Ok(()) => {
                    backoff.reset();
                    (REFRESH, COOL_DOWN)
                }
                Err(failure) => {
                    self.failed(&failure);
                    let wait = backoff.wait(&*self.random);
                    (wait, wait)
                }
            };
            // A key that the feed announced is fetched ahead of its first token, but not over and over;
            // and where the last fetch failed, no later than it would be tried again anyway.
            if timeout(wait, self.wants_keys.notified()).await.is_ok() {
                let tried_at = self.keys.lock().await.tried_at.unwrap_or_default();
                pause(apart.saturating_sub(self.now().since(tried_at))).await;
            }
        }
    }
}
