//! Acknowledge what is enforced, and thereby learn how fresh it is.
//!
//! 1. Once a second, and at once after a frame that kills, after a snapshot, and when a strange token
//!    waits.
//! 2. The monotonic clock is read before the nonce leaves; its echo counts from then on.
//! 3. Several may be on their way: one that is lost does not hold up the next.

use std::sync::Arc;
use std::time::Duration;

use symbolon_token::feed::{Acknowledgement, Bytes};
use symbolon_token::random;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::shared::Shared;
use super::source::Failure;
use super::status::count;
use crate::knowledge::{Echoed, Remedy};

/// How far apart acknowledgements are when nothing happens.
const EVERY: Duration = Duration::from_secs(1);

/// How long an echo is waited for. One that is older is no use.
const LIMIT: Duration = Duration::from_secs(5);

/// Acknowledgements on their way at once.
const AT_ONCE: usize = 8;

/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);

impl Shared {
    /// Acknowledges for ever.
    pub(super) async fn acknowledge_always(self: Arc<Self>) {
        let mut on_their_way = JoinSet::new();
        loop {
            let next = Instant::now() + EVERY;
            tokio::select! {
                () = self.acknowledge.notified() => {}
                () = sleep_until(next) => {}
            }
            self.note_freshness();
            while on_their_way.try_join_next().is_some() {}
            if on_their_way.len() < AT_ONCE {
                let shared = Arc::clone(&self);
                on_their_way.spawn(async move { shared.acknowledge_once().await });
            }
        }
    }

    async fn acknowledge_once(&self) {
        let Some(mut acknowledgement) = self.acknowledgement() else {
            return;
        };
        let nonce = Bytes(random::bytes(&*self.random));
        acknowledgement.nonce = nonce;
        let now = self.now();
        self.verifier.learn(|knowledge| knowledge.ask(nonce, now));
        let echo = match timeout(LIMIT, self.source.acknowledge(&acknowledgement)).await {
            Ok(Ok(echo)) => echo,
            Ok(Err(Failure::SnapshotNeeded)) => return self.want_snapshot(),
            Ok(Err(failure)) => return self.failed(&failure),
            Err(_) => return self.failed(&Failure::Slow),
        };
        let heard = self
            .take(|knowledge, keys| knowledge.echo(&echo, keys))
            .await;
        match heard.map_err(|error| error.remedy()) {
            Ok(Echoed::Fresh(_)) => {
                count(&self.counters.echoes);
                self.note_freshness();
            }
            Ok(Echoed::Behind) | Err(Remedy::Delta) => self.behind.notify_one(),
            Err(Remedy::Snapshot) => self.want_snapshot(),
            Err(Remedy::GoOn | Remedy::FeedKeys) => {}
        }
    }

    fn acknowledgement(&self) -> Option<Acknowledgement> {
        let position = self.position()?;
        let dark_after = self.dark_after.map(|dark| dark.as_millis());
        Some(Acknowledgement {
            audience: self.verifier.audience().to_owned(),
            stream: position.stream,
            n: position.n,
            nonce: Bytes([0; 16]),
            follower: self.follower.clone(),
            dark_after_ms: dark_after.and_then(|millis| u64::try_from(millis).ok()),
            leaving: false,
        })
    }

    /// Takes this follower off the authority's list, so that nobody waits for it.
    pub(super) async fn farewell(&self) {
        let Some(mut acknowledgement) = self.acknowledgement() else {
            return;
        };
        acknowledgement.nonce = Bytes(random::bytes(&*self.random));
        acknowledgement.leaving = true;
        // It is a courtesy: without it the authority waits until this follower is DARK.
        let _ = timeout(FAREWELL, self.source.acknowledge(&acknowledgement)).await;
    }
}
