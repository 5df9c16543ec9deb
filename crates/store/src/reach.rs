//! Wait until the journal has come to a place.
//!
//! Whoever waits names the place, and the writer compares one number for each group: a busy journal wakes
//! nobody before there is something to do.

use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::Notify;

use crate::unit::Sequence;

/// Stands for a place that nobody waits for.
const NOBODY: i64 = i64::MAX;

/// How far the commits of this process have brought the journal, and who waits for what.
pub(crate) struct Reach {
    end: AtomicI64,
    /// The nearest place that somebody waits for.
    awaited: AtomicI64,
    bell: Notify,
}

impl Reach {
    pub(crate) fn new() -> Self {
        Self {
            end: AtomicI64::new(0),
            awaited: AtomicI64::new(NOBODY),
            bell: Notify::new(),
        }
    }

    /// A commit of this process ended there.
    pub(crate) fn come(&self, end: Sequence) {
        self.end.fetch_max(end.0, Ordering::SeqCst);
        if end.0 >= self.awaited.load(Ordering::SeqCst) {
            self.awaited.store(NOBODY, Ordering::SeqCst);
            self.bell.notify_waiters();
        }
    }

    /// Returns once a commit of this process has come as far.
    pub(crate) async fn wait(&self, place: Sequence) {
        loop {
            let mut rings = std::pin::pin!(self.bell.notified());
            // From here on no ringing is missed: whoever comes as far after the look rings.
            rings.as_mut().enable();
            self.awaited.fetch_min(place.0, Ordering::SeqCst);
            if self.end.load(Ordering::SeqCst) >= place.0 {
                return;
            }
            rings.await;
        }
    }
}
