//! How long each phase lasts.

use std::time::Duration;

/// The longest life of a token that a signing key signs. Refresh tokens and sessions live longer
/// and are not signed by it.
pub const LONGEST_TOKEN: Duration = Duration::from_hours(24);

/// How far the clocks of nodes and verifiers may differ: what verifiers commonly allow.
pub const LEEWAY: Duration = Duration::from_mins(5);

/// How long until every node serves a key that one has announced. Nodes follow the journal within
/// milliseconds; a minute covers one that is just starting, or a cache in front of it.
pub const SPREAD: Duration = Duration::from_mins(1);

/// How long the longest session lives: until then an ID token, long expired, may come back to say
/// whose session to end (RP-Initiated Logout §2). Its key is published no more by then.
pub const LONGEST_SESSION: Duration = Duration::from_hours(7 * 24);

/// How many keys of one algorithm a realm may publish at once: each costs every verifier bytes, and
/// more than three at a time come only of rotations by hand.
pub const MAX_LIVE: usize = 16;

/// How long each phase lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long a key is published before it signs: at least as long as verifiers cache key sets.
    pub announce: Duration,
    /// How long a key signs before the schedule replaces it.
    pub rotate_every: Duration,
    /// How long a key verifies after it has signed its last token: the longest life of a token and
    /// [`LEEWAY`].
    pub verify_after: Duration,
    /// How long a key that is gone is remembered, for hints alone: [`LONGEST_SESSION`].
    pub remember: Duration,
    /// What verifiers are told to cache the key set for (`Cache-Control: max-age`); never longer
    /// than a key is announced.
    pub max_age: Duration,
}

impl Policy {
    /// For `serve`. Announced for a day, since some verifiers cache key sets that long whatever they
    /// are told; replaced every 90 days, as certificates commonly are, so that rotation is a habit;
    /// cached for five minutes, so that a revoked key leaves obedient verifiers that soon.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            announce: Duration::from_hours(24),
            rotate_every: Duration::from_hours(90 * 24),
            verify_after: LONGEST_TOKEN.saturating_add(LEEWAY),
            remember: LONGEST_SESSION,
            max_age: Duration::from_mins(5),
        }
    }

    /// For `dev`: who rotates a key sees it sign after three minutes, [`SPREAD`] among them.
    /// Replaced daily, so that a programme that never reads key sets again shows within a day.
    #[must_use]
    pub const fn dev() -> Self {
        Self {
            announce: Duration::from_mins(2),
            rotate_every: Duration::from_hours(24),
            verify_after: LONGEST_TOKEN.saturating_add(LEEWAY),
            remember: LONGEST_SESSION,
            max_age: Duration::from_mins(1),
        }
    }

    /// From the announcement to the first signature.
    pub(crate) fn lead(&self) -> Duration {
        self.announce.saturating_add(SPREAD)
    }
}
