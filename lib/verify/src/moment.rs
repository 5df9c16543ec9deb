//! When: two clocks, both arguments.
//!
//! The monotonic clock measures how old knowledge is; nobody sets it. The wall clock serves only where
//! no feed is followed: who follows reckons by the authority's signed time instead.

use std::time::Duration;

use symbolon_token::time::Time;

/// A reading of a clock that is never set: how long after a moment that means nothing by itself.
///
/// It must go on while the machine sleeps (`CLOCK_BOOTTIME`): what was heard before a night's sleep
/// is a night old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Monotonic(pub Duration);

impl Monotonic {
    /// How long ago `earlier` was; zero if it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// This much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

/// Both clocks, read together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The clock that is never set.
    pub monotonic: Monotonic,
    /// The clock on the wall.
    pub wall: Time,
}

/// Where a [`Moment`] comes from: the edge's own clocks, or a test's.
pub trait Clock: Send + Sync {
    /// Reads both clocks.
    fn now(&self) -> Moment;
}
