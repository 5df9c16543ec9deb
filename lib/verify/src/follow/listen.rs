//! Listen to the feed.
//!
//! 1. The stream after what is known. Without knowledge, or where it does not go on from there, it begins
//!    with a snapshot: what comes by one connection comes from one process, whatever balances them.
//! 2. An authority in front of which streams do not pass is polled, after a snapshot that is fetched
//!    apart; so is one whose streams cannot begin with one.
//! 3. A frame that is missing, or of which an echo spoke and that does not come: the delta. Where another
//!    process is asked for it, which knows nothing of this stream, another stream.
//! 4. A stream that is silent for longer than heartbeats are apart is cut, whatever the network says.
//! 5. After a failure, back off and begin again.

use std::sync::atomic::Ordering;
use std::time::Duration;

use symbolon_token::feed::Position;
use tokio::time::{Instant, timeout};

use super::backoff::{Backoff, pause};
use super::shared::Shared;
use super::source::{Event, Events, Failure, Fetched, Wanted};
use super::status::count;
use crate::knowledge::{FeedError, Remedy};

/// How long a stream may be silent. Heartbeats come every second.
const SILENCE: Duration = Duration::from_secs(3);

/// How long a poll may wait for news, where streams do not pass.
const WAIT: Duration = Duration::from_secs(20);

/// How long it polls before it tries whether streams pass by now.
const POLLING: Duration = Duration::from_mins(1);

/// How long frames of which an echo spoke may take to come by the stream.
const GRACE: Duration = Duration::from_millis(50);

/// How long an answer may take to begin.
const ANSWER: Duration = Duration::from_secs(3);

/// How long a stream lasts that was no failure.
const WELL: Duration = Duration::from_secs(1);

/// How often one text may be tried: with what was known, after a delta, after a snapshot.
const TRIES: usize = 3;

impl Shared {
    /// Listens for ever.
    pub(super) async fn listen(&self) {
        let mut backoff = Backoff::new();
        loop {
            let began = Instant::now();
            match self.session(&mut backoff).await {
                // A stream that went well has ended, with its token or its process: the next one.
                Ok(()) if began.elapsed() >= WELL => continue,
                Ok(()) => {}
                Err(Failure::SnapshotNeeded) => self.wants_snapshot.store(true, Ordering::Relaxed),
                Err(failure) => self.failed(&failure),
            }
            pause(backoff.wait(&*self.random)).await;
        }
    }

    /// Steps 1 to 4, until something fails or ends.
    async fn session(&self, backoff: &mut Backoff) -> Result<(), Failure> {
        let wanted = Wanted {
            after: self.known(),
            follower: &self.follower,
        };
        let mut heard = 0;
        let ended = match in_time(ANSWER, self.source.stream(wanted)).await {
            Ok(mut events) => {
                count(&self.counters.streams);
                // Whatever was missing of the stream before.
                tokio::select! {
                    biased;
                    () = self.behind.notified() => {}
                    () = std::future::ready(()) => {}
                }
                self.hear(&mut *events, (backoff, &mut heard)).await
            }
            Err(failure) => Err(failure),
        };
        match ended {
            Err(Failure::SnapshotNeeded) if heard == 0 && wanted.after.is_none() => {
                self.snapshot().await.map(|_| ())
            }
            // Refused, or swallowed by something on the way.
            Err(failure @ (Failure::Status { .. } | Failure::Answer(_) | Failure::Slow))
                if heard == 0 =>
            {
                self.failed(&failure);
                self.poll_for_a_while(backoff).await
            }
            ended => ended,
        }
    }

    /// Step 2, where streams do not pass.
    async fn poll_for_a_while(&self, backoff: &mut Backoff) -> Result<(), Failure> {
        let until = Instant::now() + POLLING;
        while Instant::now() < until {
            let (position, asked) = (self.started().await?, Instant::now());
            self.poll(position, WAIT).await?;
            backoff.reset();
            let waited = asked.elapsed() >= GRACE;
            if !waited && self.position() == Some(position) {
                // It answers at once and has nothing to say.
                pause(backoff.wait(&*self.random)).await;
            }
        }
        Ok(())
    }

    /// Up to where everything is known, unless it is of no use any longer.
    fn known(&self) -> Option<Position> {
        let wants_snapshot = self.wants_snapshot.load(Ordering::Relaxed);
        self.position().filter(|_| !wants_snapshot)
    }

    /// Step 2.
    async fn started(&self) -> Result<Position, Failure> {
        match self.known() {
            Some(position) => Ok(position),
            None => self.snapshot().await,
        }
    }

    async fn snapshot(&self) -> Result<Position, Failure> {
        let text = self.source.snapshot().await?;
        let begun = self.begin(&text).await;
        begun.map_err(|_| Failure::Answer("the snapshot"))
    }

    /// Takes a snapshot in, by whatever way it came.
    async fn begin(&self, text: &str) -> Result<Position, FeedError> {
        let taken = self.take(|knowledge, keys| {
            knowledge.apply_snapshot(text, keys)?;
            knowledge.position().ok_or(FeedError::Nothing)
        });
        let position = taken.await?;
        self.wants_snapshot.store(false, Ordering::Relaxed);
        count(&self.counters.snapshots);
        self.acknowledge.notify_one();
        self.look_for_new_keys();
        Ok(position)
    }

    /// Steps 3 and 4.
    async fn hear(
        &self,
        events: &mut dyn Events,
        (backoff, heard): (&mut Backoff, &mut u64),
    ) -> Result<(), Failure> {
        let mut begun = false;
        loop {
            let next = timeout(SILENCE, events.next());
            // Of what has not begun nothing is missing.
            let has_begun = *heard > 0;
            tokio::select! {
                event = next => {
                    let event = event.map_err(|_| Failure::Slow)??;
                    let Some(event) = event else { return Ok(()) };
                    if event == Event::Part {
                        continue;
                    }
                    *heard += 1;
                    if let Event::Snapshot(text) = &event {
                        // Another one is a replay, and one of which nobody vouches a forgery.
                        begun = begun || self.begins(text).await?;
                    } else {
                        self.event(event).await?;
                    }
                    backoff.reset();
                }
                () = self.behind.notified(), if has_begun => {
                    if !self.wants_snapshot.load(Ordering::Relaxed) {
                        self.catch_up(events).await?;
                    }
                }
            }
            if self.wants_snapshot.load(Ordering::Relaxed) {
                // This one is of no use any longer: the next begins with a snapshot.
                return Ok(());
            }
        }
    }

    /// Step 1: whether the stream begins with this snapshot.
    async fn begins(&self, text: &str) -> Result<bool, Failure> {
        match self.begin(text).await {
            Ok(_) => Ok(true),
            Err(error) if error.remedy() == Remedy::GoOn => Ok(false),
            Err(_) => Err(Failure::Answer("the snapshot")),
        }
    }

    /// Step 3, where an echo told of frames: they may be on their way.
    async fn catch_up(&self, events: &mut dyn Events) -> Result<(), Failure> {
        let before = self.position();
        if let Ok(event) = timeout(GRACE, events.next()).await
            && let Some(event) = event?
        {
            self.event(event).await?;
        }
        let position = self.position();
        match position {
            Some(position) if before == Some(position) => self.delta(position).await,
            Some(_) | None => Ok(()),
        }
    }

    /// One event, and whatever it calls for.
    async fn event(&self, event: Event) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let taken = match &event {
                Event::Echo(text) => {
                    if let Some(position) = self.position() {
                        self.echoed(text, position.stream).await;
                    }
                    return Ok(());
                }
                // It comes at the beginning, and not between frames.
                Event::Snapshot(_) | Event::Part => return Ok(()),
                Event::Frame(text) => self.frame(text).await,
                Event::Heartbeat(text) => {
                    self.take(|knowledge, keys| knowledge.heartbeat(text, keys))
                        .await
                }
            };
            match taken.map_err(|error| error.remedy()) {
                Ok(()) | Err(Remedy::GoOn | Remedy::FeedKeys) => return Ok(()),
                Err(Remedy::Delta) => {
                    let position = self.position();
                    let position = position.ok_or(Failure::SnapshotNeeded)?;
                    self.delta(position).await?;
                }
                Err(Remedy::Snapshot) => return Err(Failure::SnapshotNeeded),
            }
        }
        Ok(())
    }

    async fn frame(&self, text: &str) -> Result<(), FeedError> {
        let applied = self
            .take(|knowledge, keys| knowledge.apply_frame(text, keys))
            .await;
        applied.map(|applied| self.taken(applied))
    }

    async fn delta(&self, position: Position) -> Result<(), Failure> {
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
            let beat = &polled.heartbeat;
            taken = self
                .take(|knowledge, keys| knowledge.heartbeat(beat, keys))
                .await;
        }
        match taken.map_err(|error| error.remedy()) {
            Ok(()) | Err(Remedy::GoOn | Remedy::FeedKeys | Remedy::Delta) => Ok(()),
            Err(Remedy::Snapshot) => Err(Failure::SnapshotNeeded),
        }
    }
}

/// What is fetched, unless it takes longer.
async fn in_time<T>(limit: Duration, fetched: Fetched<'_, T>) -> Result<T, Failure> {
    timeout(limit, fetched).await.unwrap_or(Err(Failure::Slow))
}
