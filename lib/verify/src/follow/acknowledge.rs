//! Acknowledge what is enforced, and thereby learn how fresh it is.
//!
//! 1. Once a second, and at once after a frame that kills, after a snapshot, and when a strange token
//!    waits.
//! 2. The monotonic clock is read before the nonce leaves; its echo counts from then on.
//! 3. Several may be on their way: one that is lost does not hold up the next.
//! 4. Behind a balancer an acknowledgement may come to another process than the one that tells the
//!    stream. It is carried there, and the echo comes by the stream; where it does not come in time, that
//!    process is gone or cannot be reached, and another stream is opened.
//! 5. What is said of a stream that is followed no longer does not count.

use std::sync::Arc;
use std::time::Duration;

use symbolon_token::feed::{Acknowledgement, Bytes, StreamName};
use symbolon_token::random;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::shared::Shared;
use super::source::Failure;
use super::status::count;
use crate::knowledge::{Echoed, Knowledge, Remedy};
use crate::moment::Monotonic;

/// How far apart acknowledgements are when nothing happens.
const EVERY: Duration = Duration::from_secs(1);

/// How long an echo is waited for. One that is older is no use.
const LIMIT: Duration = Duration::from_secs(5);

/// How long an echo may take to come by the stream: no longer than a stream may be silent.
const CARRIED: Duration = Duration::from_secs(3);

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
        let stream = acknowledgement.stream;
        match timeout(LIMIT, self.source.acknowledge(&acknowledgement)).await {
            Ok(Ok(Some(echo))) => self.echoed(&echo, stream).await,
            Ok(Ok(None)) => self.await_echo(now, stream).await,
            Ok(Err(Failure::SnapshotNeeded)) if self.follows(stream) => self.want_snapshot(),
            Ok(Err(Failure::SnapshotNeeded)) => {}
            Ok(Err(failure)) => self.failed(&failure),
            Err(_) => self.failed(&Failure::Slow),
        }
    }

    /// An echo has come, by whatever way, of an acknowledgement of this stream.
    pub(super) async fn echoed(&self, echo: &str, stream: StreamName) {
        let heard = self
            .take(
                |keys| keys.echo(echo),
                |knowledge, echo| knowledge.take_echo(&echo),
            )
            .await;
        match heard.map_err(|error| error.remedy()) {
            Ok(Echoed::Fresh(_)) => {
                count(&self.counters.echoes);
                self.note_freshness();
            }
            Err(Remedy::GoOn | Remedy::FeedKeys) => {}
            Ok(Echoed::Behind) | Err(Remedy::Delta | Remedy::Snapshot) if !self.follows(stream) => {
            }
            Ok(Echoed::Behind) | Err(Remedy::Delta) => self.behind.notify_one(),
            Err(Remedy::Snapshot) => self.want_snapshot(),
        }
    }

    /// Step 4.
    async fn await_echo(&self, sent_at: Monotonic, stream: StreamName) {
        let mut news = self.news.subscribe();
        let echo = async {
            // That of a later acknowledgement is as good.
            while self.follows(stream) && self.verifier.look(Knowledge::as_of) < Some(sent_at) {
                if news.changed().await.is_err() {
                    return;
                }
            }
        };
        if timeout(CARRIED, echo).await.is_err() && self.follows(stream) {
            self.failed(&Failure::Slow);
            self.want_snapshot();
        }
    }

    fn acknowledgement(&self) -> Option<Acknowledgement> {
        let position = self.position()?;
        let dark_after = self.dark_after.filter(|_| !self.verifier.stays_open());
        let dark_after = dark_after.map(|dark| dark.as_millis());
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
