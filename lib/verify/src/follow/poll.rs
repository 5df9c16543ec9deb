//! Poll: what came after a position. Where a frame is missing at once; where streams do not pass, a second
//! at a time, for a while.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use symbolon_token::feed::Position;
use tokio::time::{Instant, timeout};

use super::backoff::pause;
use super::listen::{ANSWER, GRACE, Listening, POLLING, in_time};
use super::shared::Shared;
use super::source::Failure;
use super::status::count;
use crate::knowledge::Remedy;

/// How long a poll may wait for news, where streams do not pass: with its answer no longer than a pause
/// between two tries may follow it, or recovery would take longer than is said.
const WAIT: Duration = Duration::from_secs(1);

impl Shared {
    /// Polls until it is time to try a stream again, or until something fails.
    pub(super) async fn poll_for_a_while(&self, listening: &mut Listening) -> Result<(), Failure> {
        let until = listening.polls_until;
        let until = until.unwrap_or_else(|| Instant::now() + POLLING);
        while Instant::now() < until {
            let (position, asked) = (self.started().await?, Instant::now());
            let polled = self.poll_while_nothing_else_tells(position).await;
            if polled == Err(Failure::SnapshotNeeded) && !std::mem::take(&mut listening.polled) {
                // Snapshots and polls come from several processes: only a stream holds to one.
                listening.polls_until = None;
            }
            polled?;
            listening.polled = true;
            listening.backoff.reset();
            let waited = asked.elapsed() >= GRACE;
            if !waited && self.position() == Some(position) {
                // It answers at once and has nothing to say.
                pause(listening.backoff.wait(&*self.random)).await;
            }
        }
        Ok(())
    }

    /// A poll that waits, until an echo tells of more than it knows: then its connection may be
    /// dead, or its process.
    async fn poll_while_nothing_else_tells(&self, position: Position) -> Result<(), Failure> {
        {
            let mut polling = pin!(self.poll(position, WAIT));
            tokio::select! {
                polled = &mut polling => return polled,
                () = self.behind.notified() => {}
            }
            if self.wants_snapshot.load(Ordering::Relaxed) {
                return Err(Failure::SnapshotNeeded);
            }
            if let Ok(polled) = timeout(GRACE, polling).await {
                return polled;
            }
        }
        // Some of its frames may have come.
        self.delta(self.position().unwrap_or(position)).await
    }

    /// What came after a position, now.
    pub(super) async fn delta(&self, position: Position) -> Result<(), Failure> {
        count(&self.counters.deltas);
        self.poll(position, Duration::ZERO).await
    }

    /// What came after a position. Frames that do not fit end it: the next session sees further.
    async fn poll(&self, position: Position, wait: Duration) -> Result<(), Failure> {
        let polled = in_time(wait + ANSWER, self.source.poll(position, wait)).await?;
        let mut taken = Ok(());
        for frame in &polled.frames {
            taken = self.frame(frame).await;
            if taken.is_err() {
                break;
            }
        }
        if taken.is_ok() {
            taken = self.heartbeat(&polled.heartbeat).await;
        }
        match taken.map_err(|error| error.remedy()) {
            Ok(()) | Err(Remedy::GoOn | Remedy::FeedKeys | Remedy::Delta) => Ok(()),
            Err(Remedy::Snapshot) => Err(Failure::SnapshotNeeded),
        }
    }
}
