//! How following goes, for metrics and logs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::freshness::Freshness;

/// How following goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// What the age counts as.
    pub freshness: Freshness,
    /// How old what is known is; none before the first echo.
    pub age: Option<Duration>,
    /// How long the last frame took from its signature until it counted, at most.
    pub lag: Option<Duration>,
    /// The last frame's number.
    pub frame: Option<u64>,
    /// The authority's term.
    pub term: Option<i64>,
    /// How many tokens are known to be revoked one by one.
    pub revoked_tokens: usize,
    /// How many ancestors are known to be revoked, disabled or ended.
    pub fallen_ancestors: usize,
    /// How many authentic tokens are remembered.
    pub remembered_tokens: usize,
    /// What has been counted since the start.
    pub counted: Counted,
}

/// What has been counted since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counted {
    /// Snapshots taken in.
    pub snapshots: u64,
    /// Frames taken in.
    pub frames: u64,
    /// Deltas fetched because frames were missing.
    pub deltas: u64,
    /// Streams opened.
    pub streams: u64,
    /// Texts that were not taken in.
    pub refused: u64,
    /// Acknowledgements that were echoed.
    pub echoes: u64,
    /// Failures to reach the authority.
    pub failures: u64,
    /// Forged tokens reported.
    pub reports: u64,
}

/// The counters behind it.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) snapshots: AtomicU64,
    pub(super) frames: AtomicU64,
    pub(super) deltas: AtomicU64,
    pub(super) streams: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) echoes: AtomicU64,
    pub(super) failures: AtomicU64,
    pub(super) reports: AtomicU64,
    /// In milliseconds, plus one; zero before the first frame.
    pub(super) lag: AtomicU64,
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    pub(super) fn read(&self) -> Counted {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counted {
            snapshots: read(&self.snapshots),
            frames: read(&self.frames),
            deltas: read(&self.deltas),
            streams: read(&self.streams),
            refused: read(&self.refused),
            echoes: read(&self.echoes),
            failures: read(&self.failures),
            reports: read(&self.reports),
        }
    }

    pub(super) fn lag(&self) -> Option<Duration> {
        let millis = self.lag.load(Ordering::Relaxed).checked_sub(1)?;
        Some(Duration::from_millis(millis))
    }
}
