//! Followers: memories that must never be behind an answer.
//!
//! 1. Begin: note the head, then let the memories load their tables.
//! 2. A commit of this process is handed on before its caller is answered.
//! 3. Commits of other processes on the same database are found by polling.
//! 4. How long ago the last poll found nothing missing is known; a node that has fallen behind its
//!    bound must not answer. A process that owns its database is never behind.
//!
//! An event may be handed on twice, and out of order with those of another process: memories only
//! ever forget, raise and add. An entry that cannot be read is never passed over, for it may be a
//! revocation that a newer version wrote: the node falls behind and stops answering.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use symbolon_store::{Db, Sequence, Unavailable};
use symbolon_token::time::Time;

use crate::encoding::DecodeError;
use crate::event::Event;

/// Entries read by one statement of a poll.
const BATCH: usize = 1000;

/// A memory that follows the journal.
pub trait Follow: Send + Sync {
    /// Takes note of a change. Must not block: the writer waits for it.
    fn follow(&self, sequence: Sequence, event: &Event);
}

/// All memories of a process. The database's listener holds these and not the follower, which holds
/// the database: else neither would ever be dropped.
type Memories = Arc<[Arc<dyn Follow>]>;

/// Hands the journal's changes to the memories of this process.
pub struct Follower {
    db: Db,
    memories: Memories,
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
        let memories: Memories = memories.into();
        let own = Arc::clone(&memories);
        db.on_commit(Arc::new(move |entries: &[(Sequence, &[u8])]| {
            for (sequence, bytes) in entries {
                if let Err(error) = hand_on(&own, *sequence, bytes) {
                    tracing::error!(sequence = sequence.0, %error, "an own entry cannot be read");
                }
            }
        }));
        let (_, head) = db.head().await?;
        Ok(Arc::new(Self {
            db,
            memories,
            polled: AtomicI64::new(head.0),
            caught_up_at: AtomicI64::new(now.0),
        }))
    }

    /// Reads what other processes have written since the last time.
    ///
    /// # Errors
    /// [`Unavailable`] when the database does not answer, or an entry cannot be read; the node then
    /// falls behind.
    pub async fn catch_up(&self, now: Time) -> Result<(), Unavailable> {
        loop {
            let polled = Sequence(self.polled.load(Ordering::Acquire));
            let entries = self.db.followed(polled, BATCH).await?;
            for (sequence, bytes) in &entries {
                hand_on(&self.memories, *sequence, bytes).map_err(|error| Unavailable {
                    reason: format!("entry {}: {error}", sequence.0),
                })?;
                self.polled.fetch_max(sequence.0, Ordering::AcqRel);
            }
            if entries.len() < BATCH {
                // Not the maximum: after a clock that stepped back, that would hide a lost database.
                self.caught_up_at.store(now.0, Ordering::Release);
                return Ok(());
            }
        }
    }

    /// Up to here, every entry was handed on; own ones, and of others', may lie beyond.
    #[must_use]
    pub fn polled(&self) -> Sequence {
        Sequence(self.polled.load(Ordering::Acquire))
    }

    /// How long ago this node last knew everything.
    #[must_use]
    pub fn behind(&self, now: Time) -> Duration {
        if self.db.is_exclusive() {
            return Duration::ZERO;
        }
        now.since(Time(self.caught_up_at.load(Ordering::Acquire)))
    }
}

fn hand_on(
    memories: &[Arc<dyn Follow>],
    sequence: Sequence,
    bytes: &[u8],
) -> Result<(), DecodeError> {
    let event = Event::decode(bytes)?;
    for memory in memories {
        memory.follow(sequence, &event);
    }
    Ok(())
}
