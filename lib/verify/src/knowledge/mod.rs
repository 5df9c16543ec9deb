//! What the feed has told, and how old that is.
//!
//! Texts go in ([`apply_snapshot`](Knowledge::apply_snapshot), [`apply_frame`](Knowledge::apply_frame),
//! [`heartbeat`](Knowledge::heartbeat), [`echo`](Knowledge::echo)), each with its signature checked
//! and held against issuer, audience, term, stream, number and hash; what does not fit is an error that
//! says what to fetch next, and changes nothing. Pure: no clock, no network.
//!
//! A snapshot that replaces what is known is only *on trial*: until an echo has answered a nonce of ours
//! from its position, it could be an old one that somebody kept. So it lets nothing live that is dead by
//! what was known before. Yet it is signed, and acknowledged: what is dead by it does not pass either.

mod apply;
mod bit;
mod error;
mod known;
mod read;

use std::collections::VecDeque;
use std::time::Duration;

use symbolon_token::feed::{Hash, Nonce, Position};
use symbolon_token::time::Time;

use crate::moment::Monotonic;

pub use apply::{Applied, Echoed};
pub use error::{FeedError, Remedy};
pub(crate) use known::Known;
pub use read::{FeedKeys, KeysError, ReadEcho, ReadFrame, ReadHeartbeat, ReadSnapshot};
#[cfg(feature = "follow")]
pub(crate) use read::{MAX_FRAME, MAX_SNAPSHOT};

/// Nonces that wait for their echo, and echoes that wait for frames: one a second until long after
/// it is DARK, and some more after kills.
const MAX_WAITING: usize = 64;

/// What a verifier knows of one channel: one audience of one issuer.
#[derive(Clone, Debug)]
pub struct Knowledge {
    issuer: String,
    audience: String,
    known: Option<Known>,
    trial: Option<Known>,
    /// What was replaced last. It may be large: whoever holds this under a lock drops it outside of it.
    replaced: Option<Known>,
    asked: VecDeque<(Nonce, Monotonic)>,
    awaited: VecDeque<Awaited>,
    heard: Option<Heard>,
    as_of: Option<Monotonic>,
    generation: u64,
}

/// An echo from a position that was not reached yet.
#[derive(Clone, Copy, Debug)]
struct Awaited {
    sent_at: Monotonic,
    n: u64,
    head: Hash,
}

/// The authority's signed time, and when it was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    pub(crate) at: Time,
    pub(crate) sent_at: Monotonic,
}

impl Heard {
    /// The latest that the authority's time can be now.
    pub(crate) fn time(self, now: Monotonic) -> Time {
        self.at.plus(now.since(self.sent_at))
    }
}

impl Knowledge {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            known: None,
            trial: None,
            replaced: None,
            asked: VecDeque::new(),
            awaited: VecDeque::new(),
            heard: None,
            as_of: None,
            generation: 0,
        }
    }

    /// Where the newest that was told stands: what to acknowledge and to follow from.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.newest().map(|known| known.position)
    }

    /// The store's term that it was told in.
    #[must_use]
    pub fn term(&self) -> Option<i64> {
        self.newest().map(|known| known.term)
    }

    /// The moment as of which everything is known; none before the first echo.
    #[must_use]
    pub fn as_of(&self) -> Option<Monotonic> {
        self.as_of
    }

    /// How old it is.
    #[must_use]
    pub fn age(&self, now: Monotonic) -> Option<Duration> {
        self.as_of.map(|as_of| now.since(as_of))
    }

    /// The latest that the authority's time can be now: its own word, and what the monotonic clock
    /// counted since that word was asked for. Nobody's wall clock has a part in it.
    #[must_use]
    pub fn time(&self, now: Monotonic) -> Option<Time> {
        self.heard.map(|heard| heard.time(now))
    }

    /// Counts whatever may have killed a token that lived.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// How many tokens are revoked one by one, as far as they have not expired.
    #[must_use]
    pub fn revoked_tokens(&self) -> usize {
        self.known.as_ref().map_or(0, |known| known.bits.count())
    }

    /// How many ancestors and veiled ones are known to stand otherwise than on their first day. What has
    /// ended is forgotten [`TOLD_FOR`](symbolon_token::feed::TOLD_FOR) after it was told.
    #[must_use]
    pub fn fallen(&self) -> usize {
        self.newest().map_or(0, Known::fallen)
    }

    /// The names of the keys by which tokens may live; while a snapshot is on trial, those of before too.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let known = self.trial.iter().chain(&self.known);
        known.flat_map(|known| known.keys.iter().map(|(kid, _)| &**kid))
    }

    /// Remembers a nonce that is about to be sent, and when.
    pub fn ask(&mut self, nonce: Nonce, now: Monotonic) {
        // Who knows of no lock has not taken it.
        self.replaced = None;
        if self.asked.len() == MAX_WAITING {
            self.asked.pop_front();
        }
        self.asked.push_back((nonce, now));
    }

    /// What was replaced, to be dropped.
    pub(crate) fn take_replaced(&mut self) -> Option<Known> {
        self.replaced.take()
    }

    pub(crate) fn heard(&self) -> Option<Heard> {
        self.heard
    }

    pub(crate) fn known(&self) -> Option<&Known> {
        self.known.as_ref()
    }

    /// What is not confirmed yet.
    pub(crate) fn trial(&self) -> Option<&Known> {
        self.trial.as_ref()
    }

    fn newest(&self) -> Option<&Known> {
        self.trial.as_ref().or(self.known.as_ref())
    }
}
