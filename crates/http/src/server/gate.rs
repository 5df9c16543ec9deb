//! The gate that all connections of a server pass: how many there may be, and when they must go.
//!
//! A connection holds one place. Leaving has three stages: open; draining (finish what is in
//! progress, take nothing new); cut. Connections look at the stage whenever they run, and the bell
//! wakes those that sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::futures::Notified;
use tokio::sync::{AcquireError, Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::limit::CUT_TIMEOUT;

const OPEN: u8 = 0;
const DRAINING: u8 = 1;
const CUT: u8 = 2;

/// How far the server is on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Open,
    Draining,
    Cut,
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that still had a request in progress when the drain timeout was over. 0 means
    /// that every request that was begun was answered.
    pub cut: usize,
}

/// Places and stages of one server.
pub(super) struct Gate {
    places: Arc<Semaphore>,
    capacity: u32,
    stage: AtomicU8,
    bell: Notify,
    cut: AtomicUsize,
}

impl Gate {
    pub(super) fn new(capacity: u32) -> Self {
        let places = usize::try_from(capacity).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
            capacity,
            stage: AtomicU8::new(OPEN),
            bell: Notify::new(),
            cut: AtomicUsize::new(0),
        }
    }

    /// Waits for a free place. The error cannot happen: nobody closes the semaphore.
    pub(super) async fn place(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(&self.places).acquire_owned().await
    }

    pub(super) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            OPEN => Stage::Open,
            DRAINING => Stage::Draining,
            _ => Stage::Cut,
        }
    }

    /// Rings at the next change of stage after this call.
    pub(super) fn bell(&self) -> Notified<'_> {
        self.bell.notified()
    }

    /// Waits until the server leaves.
    pub(super) async fn leaving(&self) {
        loop {
            let bell = self.bell();
            if self.stage() != Stage::Open {
                return;
            }
            bell.await;
        }
    }

    /// Counts a connection whose request in progress was cut.
    pub(super) fn count_cut(&self) {
        self.cut.fetch_add(1, Ordering::AcqRel);
    }

    /// Lets all connections finish within `patience`, cuts the others, and says how many.
    pub(super) async fn drain(&self, patience: Duration) -> Drained {
        self.enter(DRAINING);
        if timeout(patience, self.empty()).await.is_err() {
            self.enter(CUT);
            // A connection that does not even wake is stuck in a handler; it ends with the process.
            let _stuck = timeout(CUT_TIMEOUT, self.empty()).await;
        }
        Drained {
            cut: self.cut.load(Ordering::Acquire),
        }
    }

    fn enter(&self, stage: u8) {
        self.stage.store(stage, Ordering::Release);
        self.bell.notify_waiters();
    }

    /// All places are free.
    async fn empty(&self) {
        let _places = self.places.acquire_many(self.capacity).await;
    }
}
