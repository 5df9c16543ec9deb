//! Listen to the feed.
//!
//! 1. The stream after what is known. Without knowledge, or where it does not go on from there, it begins
//!    with a snapshot: what comes by one connection comes from one process, whatever balances them.
//! 2. An authority in front of which streams do not pass is polled, after a snapshot that is fetched
//!    apart; so is one whose streams cannot begin with one. A connection that breaks, or ends, before
//!    anything has come may mean that too: from the second one on it is tried whether polls pass.
//! 3. A frame that is missing, or of which an echo spoke and that does not come: the delta. Where another
//!    process is asked for it, which knows nothing of this stream, another stream.
//! 4. A stream that is silent for longer than heartbeats are apart is cut, whatever the network says.
//! 5. After a failure, back off and begin again; sooner where an echo tells that the authority is back.

use std::sync::atomic::Ordering;
use std::time::Duration;

use symbolon_token::feed::Position;
use tokio::time::{Instant, timeout};

use super::backoff::{Backoff, pause};
use super::shared::Shared;
use super::source::{Event, Events, Failure, Fetched, Wanted};
use super::status::count;
use crate::knowledge::{FeedError, FeedKeys, Knowledge, Remedy};

/// How long a stream may be silent. Heartbeats come every second.
const SILENCE: Duration = Duration::from_secs(3);

/// How long it polls before it tries whether streams pass by now.
pub(super) const POLLING: Duration = Duration::from_mins(1);

/// How long frames of which an echo spoke may take to come by themselves.
pub(super) const GRACE: Duration = Duration::from_millis(50);

/// How long it polls where streams break: it may have been the authority that began anew.
const TRIAL: Duration = Duration::from_secs(2);

/// How far apart two tries are that failed one after the other and were both asked for by echoes.
const APART: Duration = Duration::from_secs(1);

/// How long an answer may take to begin.
pub(super) const ANSWER: Duration = Duration::from_secs(3);

/// How long a stream lasts that was no failure.
const WELL: Duration = Duration::from_secs(1);

/// How often one text may be tried: with what was known, after a delta, after a snapshot.
const TRIES: usize = 3;

/// How listening has gone so far.
pub(super) struct Listening {
    pub(super) backoff: Backoff,
    /// Streams do not pass: until when none is tried.
    pub(super) polls_until: Option<Instant>,
    /// Whether a poll has been answered since the last snapshot.
    pub(super) polled: bool,
    /// Streams in a row that broke or ended before anything had come.
    broken: u32,
}

impl Shared {
    /// Listens for ever.
    pub(super) async fn listen(&self) {
        let mut listening = Listening {
            backoff: Backoff::new(),
            polls_until: None,
            polled: false,
            broken: 0,
        };
        loop {
            let began = Instant::now();
            match self.session(&mut listening).await {
                // A stream that went well has ended, with its token or its process: the next one.
                Ok(()) if began.elapsed() >= WELL => continue,
                Ok(()) => {}
                Err(Failure::SnapshotNeeded) => self.wants_snapshot.store(true, Ordering::Relaxed),
                Err(failure) => self.failed(&failure),
            }
            self.rest(listening.backoff.wait(&*self.random)).await;
        }
    }

    /// Step 5: waits, but from some time on only until an echo says that there is more to know: the
    /// authority is back then.
    async fn rest(&self, wait: Duration) {
        pause(wait.min(APART)).await;
        let _ = timeout(wait.saturating_sub(APART), self.behind.notified()).await;
    }

    /// Steps 1 to 4, until something fails or ends.
    async fn session(&self, listening: &mut Listening) -> Result<(), Failure> {
        let polls_until = listening.polls_until;
        if polls_until.is_some_and(|until| Instant::now() < until) {
            return self.poll_for_a_while(listening).await;
        }
        let wanted = Wanted {
            after: self.known(),
            follower: &self.follower,
        };
        let (mut heard, mut opened) = (0, false);
        let ended = match in_time(ANSWER, self.source.stream(wanted)).await {
            Ok(mut events) => {
                count(&self.counters.streams);
                opened = true;
                // Whatever was missing of the stream before.
                tokio::select! {
                    biased;
                    () = self.behind.notified() => {}
                    () = std::future::ready(()) => {}
                }
                let began = wanted.after.is_some();
                let backoff = &mut listening.backoff;
                self.hear(&mut *events, began, (backoff, &mut heard)).await
            }
            Err(failure) => Err(failure),
        };
        if heard > 0 {
            (listening.polls_until, listening.broken) = (None, 0);
            return ended;
        }
        match ended {
            Err(Failure::SnapshotNeeded) if wanted.after.is_none() => {
                self.snapshot().await.map(|_| ())
            }
            // Refused, or swallowed by something on the way; or it did not come so far.
            Err(failure @ (Failure::Status { .. } | Failure::Answer(_) | Failure::Slow)) => {
                let was_seen = opened || failure != Failure::Slow || polls_until.is_some();
                listening.polls_until = was_seen.then(|| Instant::now() + POLLING);
                self.failed(&failure);
                self.poll_for_a_while(listening).await
            }
            Err(Failure::Unreachable(_)) | Ok(()) => {
                // Nothing is known anew of whether streams pass.
                listening.polls_until = polls_until.map(|_| Instant::now() + POLLING);
                listening.broken = listening.broken.saturating_add(1);
                if listening.broken < 2 {
                    return ended;
                }
                if let Err(failure) = &ended {
                    self.failed(failure);
                }
                self.try_polling(listening).await
            }
            ended => ended,
        }
    }

    /// Step 2, where streams break: polls where that passes, for longer each time that streams do not.
    async fn try_polling(&self, listening: &mut Listening) -> Result<(), Failure> {
        let before = listening.polls_until;
        let long = if listening.broken > 2 { POLLING } else { TRIAL };
        listening.polls_until = Some(Instant::now() + long);
        let polled = self.poll_for_a_while(listening).await;
        if polled.is_err() {
            listening.polls_until = before;
        }
        polled
    }

    /// Up to where everything is known, unless it is of no use any longer.
    fn known(&self) -> Option<Position> {
        let wants_snapshot = self.wants_snapshot.load(Ordering::Relaxed);
        self.position().filter(|_| !wants_snapshot)
    }

    /// Step 2.
    pub(super) async fn started(&self) -> Result<Position, Failure> {
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
        let read = |keys: &FeedKeys| keys.snapshot(text);
        let taken = self.take(read, |knowledge, snapshot| {
            knowledge.take_snapshot(snapshot)?;
            knowledge.position().ok_or(FeedError::Nothing)
        });
        let position = taken.await?;
        self.wants_snapshot.store(false, Ordering::Relaxed);
        count(&self.counters.snapshots);
        self.acknowledge.notify_one();
        self.look_for_new_keys();
        Ok(position)
    }

    /// Steps 3 and 4. A stream that has not begun brings the snapshot that is wanted first.
    async fn hear(
        &self,
        events: &mut dyn Events,
        mut began: bool,
        (backoff, heard): (&mut Backoff, &mut u64),
    ) -> Result<(), Failure> {
        let mut has_snapshot = false;
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
                    began = true;
                    if let Event::Snapshot(text) = &event {
                        // Another one is a replay, and one of which nobody vouches a forgery.
                        has_snapshot = has_snapshot || self.begins(text).await?;
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
            if began && self.wants_snapshot.load(Ordering::Relaxed) {
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
                Event::Heartbeat(text) => self.heartbeat(text).await,
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

    pub(super) async fn frame(&self, text: &str) -> Result<(), FeedError> {
        let applied = self
            .take(|keys| keys.frame(text), Knowledge::take_frame)
            .await;
        applied.map(|applied| self.taken(applied))
    }

    pub(super) async fn heartbeat(&self, text: &str) -> Result<(), FeedError> {
        let take = |knowledge: &mut Knowledge, beat| knowledge.take_heartbeat(&beat);
        self.take(|keys| keys.heartbeat(text), take).await
    }
}

/// What is fetched, unless it takes longer.
pub(super) async fn in_time<T>(limit: Duration, fetched: Fetched<'_, T>) -> Result<T, Failure> {
    timeout(limit, fetched).await.unwrap_or(Err(Failure::Slow))
}
