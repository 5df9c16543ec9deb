//! What a connection is doing, and by when it must have moved on.
//!
//! One `Pulse` per connection, told by those who see: the stream (bytes in, bytes out), the edge
//! (a request begins), the reply (it ends). The driver asks when time is up. Nothing here costs a
//! timer per request: there is one per connection, and it looks again when it fires.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::limit::{LINGER_TIMEOUT, Limits};

/// Nothing has been read since the connection was opened.
const FRESH: u8 = 0;
/// A request head has begun.
const HEAD: u8 = 1;
/// Between requests.
const BETWEEN: u8 = 2;
/// The last byte is written; what still comes is read and thrown away.
const CLOSING: u8 = 3;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Opened, and silent.
    Fresh,
    /// Reading a request head.
    Head,
    /// At least one request is in progress.
    Flight,
    /// Kept alive.
    Idle,
    /// Saying goodbye.
    Closing,
}

impl Phase {
    /// How long a connection may stay as it is.
    fn patience(self, limits: &Limits) -> Duration {
        match self {
            Self::Fresh | Self::Head => limits.header_timeout,
            Self::Flight => limits.stall_timeout,
            Self::Idle => limits.idle_timeout,
            Self::Closing => LINGER_TIMEOUT,
        }
    }
}

/// The state of one connection. Its tasks share it: HTTP/2 answers each request in its own.
#[derive(Debug)]
pub(super) struct Pulse {
    opened: Instant,
    /// Milliseconds from `opened` to the last move that counts.
    moved: AtomicU64,
    state: AtomicU8,
    flights: AtomicU32,
    /// HTTP/2: bytes come and go without a request, so they prove nothing.
    multiplexed: AtomicBool,
    /// A request was refused before its body was read.
    unread: AtomicBool,
    /// The server is on its way out.
    leaving: AtomicBool,
}

impl Pulse {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            opened: now,
            moved: AtomicU64::new(0),
            state: AtomicU8::new(FRESH),
            flights: AtomicU32::new(0),
            multiplexed: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        let state = self.state.load(Ordering::Acquire);
        if self.flights.load(Ordering::Acquire) > 0 && state != CLOSING {
            return Phase::Flight;
        }
        match state {
            FRESH => Phase::Fresh,
            HEAD => Phase::Head,
            CLOSING => Phase::Closing,
            _ => Phase::Idle,
        }
    }

    /// When the connection is to be closed if nothing moves until then.
    pub(super) fn due(&self, limits: &Limits) -> Instant {
        let moved = Duration::from_millis(self.moved.load(Ordering::Acquire));
        self.opened + moved + self.patience(limits)
    }

    /// Bytes came in. Only the first of a head counts: a trickle must not buy time.
    pub(super) fn read(&self, now: impl FnOnce() -> Instant) {
        let state = self.state.load(Ordering::Acquire);
        let first = state == FRESH
            || state == BETWEEN
                && !self.multiplexed.load(Ordering::Acquire)
                && self.flights.load(Ordering::Acquire) == 0;
        if first {
            self.touch(now());
            self.state.store(HEAD, Ordering::Release);
        }
    }

    /// Bytes went out. In HTTP/2 they may be mere control frames, so there the reply tells.
    pub(super) fn written(&self, now: impl FnOnce() -> Instant) {
        let counts = self.state.load(Ordering::Acquire) == BETWEEN
            && !self.multiplexed.load(Ordering::Acquire);
        if counts {
            self.touch(now());
        }
    }

    /// A part of a reply was handed over.
    pub(super) fn replied(&self, now: impl FnOnce() -> Instant) {
        if self.multiplexed.load(Ordering::Acquire) {
            self.touch(now());
        }
    }

    /// A request begins; it lasts as long as what is returned. In HTTP/1 its time counts from the
    /// first byte of its head, which saves a look at the clock.
    pub(super) fn begin(
        self: &Arc<Self>,
        multiplexed: bool,
        now: impl FnOnce() -> Instant,
    ) -> Flight {
        if multiplexed {
            self.touch(now());
            self.multiplexed.store(true, Ordering::Release);
        }
        self.flights.fetch_add(1, Ordering::AcqRel);
        self.state.store(BETWEEN, Ordering::Release);
        Flight {
            pulse: Arc::clone(self),
        }
    }

    /// Notes that the client may still be sending what nobody will read.
    pub(super) fn refuse(&self) {
        self.unread.store(true, Ordering::Release);
    }

    /// The write side is about to be shut. True if the client may still be sending.
    pub(super) fn close(&self, now: Instant) -> bool {
        let unread =
            self.unread.load(Ordering::Acquire) || self.state.load(Ordering::Acquire) == HEAD;
        self.touch(now);
        self.state.store(CLOSING, Ordering::Release);
        unread
    }

    /// The server is leaving: from now on nothing is kept alive. What is kept in spite of it (an
    /// HTTP/2 client that does not answer the goodbye) has the time of a goodbye.
    pub(super) fn leave(&self, now: Instant) {
        self.leaving.store(true, Ordering::Release);
        if self.phase() == Phase::Idle {
            self.touch(now);
        }
    }

    fn patience(&self, limits: &Limits) -> Duration {
        let phase = self.phase();
        if phase == Phase::Idle && self.leaving.load(Ordering::Acquire) {
            LINGER_TIMEOUT
        } else {
            phase.patience(limits)
        }
    }

    fn touch(&self, now: Instant) {
        let moved = now.saturating_duration_since(self.opened).as_millis();
        let moved = u64::try_from(moved).unwrap_or(u64::MAX);
        self.moved.store(moved, Ordering::Release);
    }
}

/// A request in progress: from its head to the last byte of its reply.
#[derive(Debug)]
pub(super) struct Flight {
    pulse: Arc<Pulse>,
}

impl Flight {
    /// A part of the reply was handed over.
    pub(super) fn replied(&self) {
        self.pulse.replied(Instant::now);
    }

    /// Notes that the request is refused before its body was read.
    pub(super) fn refuse(&self) {
        self.pulse.refuse();
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.pulse.replied(Instant::now);
        self.pulse.flights.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            header_timeout: Duration::from_secs(1),
            stall_timeout: Duration::from_secs(2),
            idle_timeout: Duration::from_secs(3),
            ..Limits::default()
        }
    }

    struct Case {
        opened: Instant,
        pulse: Arc<Pulse>,
    }

    impl Case {
        fn new() -> Self {
            let opened = Instant::now();
            let pulse = Arc::new(Pulse::new(opened));
            Self { opened, pulse }
        }

        fn at(&self, seconds: u64) -> Instant {
            self.opened + Duration::from_secs(seconds)
        }

        fn due(&self) -> u64 {
            (self.pulse.due(&limits()) - self.opened).as_secs()
        }
    }

    #[test]
    fn a_silent_connection_has_the_time_of_a_head() {
        let case = Case::new();
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Fresh, 1));
    }

    #[test]
    fn a_trickle_of_header_bytes_buys_no_time() {
        let case = Case::new();
        case.pulse.read(|| case.at(5));
        case.pulse.read(|| case.at(6));
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Head, 6));
    }

    #[test]
    fn a_request_in_progress_has_the_time_of_a_stall() {
        let case = Case::new();
        case.pulse.read(|| case.at(5));
        let _flight = case.pulse.begin(false, || case.at(6));
        case.pulse.read(|| case.at(6));
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Flight, 7));
    }

    #[test]
    fn after_its_reply_a_connection_is_idle_and_then_has_the_time_of_a_head() {
        let case = Case::new();
        drop(case.pulse.begin(false, || case.at(5)));
        case.pulse.written(|| case.at(6));
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Idle, 9));
        case.pulse.read(|| case.at(8));
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Head, 9));
    }

    #[test]
    fn pings_do_not_keep_an_idle_http2_connection() {
        let case = Case::new();
        let flight = case.pulse.begin(true, || case.at(5));
        case.pulse.read(|| case.at(100));
        case.pulse.written(|| case.at(100));
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Flight, 7));
        drop(flight);
        let due = case.due();
        case.pulse.read(|| case.at(200));
        case.pulse.written(|| case.at(200));
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Idle, due));
    }

    #[test]
    fn a_closing_connection_lingers_only_if_the_client_may_still_send() {
        let silent = Case::new();
        assert!(!silent.pulse.close(silent.at(1)));
        let refused = Case::new();
        refused.pulse.begin(false, || refused.at(1)).refuse();
        assert!(refused.pulse.close(refused.at(1)));
        let head = Case::new();
        head.pulse.read(|| head.at(1));
        assert!(head.pulse.close(head.at(1)));
        assert_eq!((head.pulse.phase(), head.due()), (Phase::Closing, 3));
    }

    #[test]
    fn a_leaving_server_gives_what_is_idle_the_time_of_a_goodbye() {
        let case = Case::new();
        case.pulse.read(|| case.at(5));
        let flight = case.pulse.begin(false, || case.at(6));
        case.pulse.leave(case.at(6));
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Flight, 7));
        drop(flight);
        case.pulse.written(|| case.at(7));
        assert_eq!((case.pulse.phase(), case.due()), (Phase::Idle, 9));
        let idle = Case::new();
        drop(idle.pulse.begin(false, || idle.at(5)));
        idle.pulse.leave(idle.at(6));
        assert_eq!((idle.pulse.phase(), idle.due()), (Phase::Idle, 8));
    }
}
