//! Followers: memories that must never be behind an answer.
//!
//! 1. Begin: note the head, then let the memories load their tables.
//! 2. A commit of this process is handed on before its caller is answered.
//! 3. Commits of other processes on the same database are found by polling.
//! 4. How long ago the last poll found nothing missing is known; a node that has fallen behind its
//!    bound must not answer.
//!
//! An event may be handed on twice, and out of order with those of another process: memories only
//! ever forget, raise and add.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use symbolon_store::{Db, Sequence, Unavailable};
use symbolon_token::time::Time;

use crate::event::Event;

/// Entries read by one statement of a poll.
const BATCH: usize = 1000;

/// A memory that follows the journal.
pub trait Follow: Send + Sync {
    /// Takes note of a change. Must not block: the writer waits for it.
    fn follow(&self, sequence: Sequence, event: &Event);
}

/// Hands the journal's changes to the memories of this process.
pub struct Follower {
    db: Db,
    memories: Vec<Arc<dyn Follow>>,
    /// Up to where polling has read.
    polled: AtomicI64,
    /// When a poll began that then found nothing missing; milliseconds.
    caught_up_at: AtomicI64,
}

impl Follower {
    /// Begins to follow from the head as it is now. The memories load their tables after this.
    ///
    /// # Errors
    /// [`Unavailable`] when the head cannot be read.
    pub async fn begin(
        db: Db,
        memories: Vec<Arc<dyn Follow>>,
        now: Time,
    ) -> Result<Arc<Self>, Unavailable> {
        let (_, head) = db.head().await?;
        let follower = Arc::new(Self {
            db: db.clone(),
            memories,
            polled: AtomicI64::new(head.0),
            caught_up_at: AtomicI64::new(now.0),
        });
        let own = Arc::clone(&follower);
        db.on_commit(Arc::new(move |entries: &[(Sequence, &[u8])]| {
            for (sequence, bytes) in entries {
                own.hand_on(*sequence, bytes);
            }
        }));
        Ok(follower)
    }

    /// Reads what other processes have written since the last time.
    ///
    /// # Errors
    /// [`Unavailable`] when the database does not answer; the node then falls behind.
    pub async fn catch_up(&self, now: Time) -> Result<(), Unavailable> {
        loop {
            let polled = Sequence(self.polled.load(Ordering::Acquire));
            let entries = self.db.followed(polled, BATCH).await?;
            for (sequence, bytes) in &entries {
                self.hand_on(*sequence, bytes);
                self.polled.fetch_max(sequence.0, Ordering::AcqRel);
            }
            if entries.len() < BATCH {
                self.caught_up_at.fetch_max(now.0, Ordering::AcqRel);
                return Ok(());
            }
        }
    }

    /// How long ago this node last knew everything.
    #[must_use]
    pub fn behind(&self, now: Time) -> Duration {
        now.since(Time(self.caught_up_at.load(Ordering::Acquire)))
    }

    fn hand_on(&self, sequence: Sequence, bytes: &[u8]) {
        match Event::decode(bytes) {
            Ok(event) => {
                for memory in &self.memories {
                    memory.follow(sequence, &event);
                }
            }
            Err(error) => tracing::error!(sequence = sequence.0, %error, "journal entry skipped"),
        }
    }
}
