//! Lease: take a block of indexes for this process, then give them out one by one.
//!
//! 1. An index of a block at hand costs no write.
//! 2. When none is left, one caller leases the next block; the others wait for it.
//! 3. The lease is durable and announced before its first index is used.
//! 4. The next block is leased before this one is used up (`ahead`).
//! 5. Blocks double as a bucket fills, so that a quiet realm wastes little and a busy one writes
//!    seldom.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use symbolon_journal::{Block, Event, Noun, Verb};
use symbolon_store::{CommitError, Db, Unavailable, Unit};
use symbolon_token::call::{Actor, Call};
use symbolon_token::node::RealmNode;
use symbolon_token::random::Random;
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;
use thiserror::Error;
use tokio::sync::Mutex as AsyncMutex;

use super::ahead::{Wanted, is_late, next};
use super::rows;
use crate::memory::LoadError;

/// Indexes of a bucket's first block.
const FIRST_BLOCK: u32 = 1024;

/// Indexes of the largest block: two seconds of a busy realm; its order takes 128 KiB.
const LARGEST_BLOCK: u32 = 65_536;

/// How often to try again after another process was faster. Each loss means that one was.
const MAX_CONFLICTS: usize = 8;

/// Buckets whose blocks are kept at hand; past it, those that have ended are let go.
const MAX_OPEN: usize = 4096;

/// Why there is no index.
#[derive(Debug, Error)]
pub enum LeaseError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The rows cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Other processes were faster, again and again.
    #[error("too many processes lease status indexes at once; try again")]
    Busy,
    /// Four thousand million tokens end in the same hour.
    #[error("no status index is left in this hour")]
    Full,
}

/// A leased block: where it begins, and which of its places are left, in random order.
#[derive(Default)]
struct Open {
    first: u32,
    left: Vec<u16>,
    size: u32,
    /// The block after it, where it was leased ahead.
    next: Option<Box<Self>>,
}

impl Open {
    fn take(&mut self) -> Option<u32> {
        if self.left.is_empty()
            && let Some(next) = self.next.take()
        {
            *self = *next;
        }
        let place = self.left.pop()?;
        Some(self.first + u32::from(place))
    }

    /// Whether half of it is used up, just now.
    fn is_half_used(&self) -> bool {
        self.next.is_none() && self.left.len() * 2 == usize::try_from(self.size).unwrap_or(0)
    }

    /// Whether it has as much as it should: half of a block, or the next one.
    fn has_enough(&self) -> bool {
        let used = self.left.len() * 2 <= usize::try_from(self.size).unwrap_or(0);
        self.next.is_some() || !used
    }
}

/// One bucket of one realm: its open block, and the right to lease the next one.
#[derive(Default)]
struct Slot {
    open: Mutex<Open>,
    leasing: AsyncMutex<()>,
    /// Whether the next bucket was asked for.
    announced: AtomicBool,
}

impl Slot {
    /// An index; and whether the next block is wanted.
    fn take(&self) -> Option<(u32, bool)> {
        let mut open = self.open();
        let index = open.take()?;
        Some((index, open.is_half_used()))
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The blocks at hand in this process.
pub struct Leases {
    db: Db,
    random: Arc<dyn Random>,
    slots: Mutex<HashMap<(RealmNode, Bucket), Arc<Slot>>>,
    pub(super) wanted: Wanted,
}

impl Leases {
    /// No block is at hand yet.
    #[must_use]
    pub fn new(db: Db, random: Arc<dyn Random>) -> Self {
        Self {
            db,
            random,
            slots: Mutex::default(),
            wanted: Wanted::default(),
        }
    }

    /// A status index that no other token has or will have.
    ///
    /// # Errors
    /// [`LeaseError`] when a new block was needed and could not be leased.
    pub async fn status(
        &self,
        call: &Call,
        realm: RealmNode,
        expires_at: Time,
    ) -> Result<StatusRef, LeaseError> {
        let bucket = Bucket::of(expires_at);
        let slot = self.slot(realm, bucket, call.now);
        if is_late(bucket, expires_at) && !slot.announced.swap(true, Ordering::Relaxed) {
            self.wanted.want(realm, next(bucket));
        }
        if let Some(index) = self.taken((realm, bucket), &slot) {
            return Ok(StatusRef { bucket, index });
        }
        let _turn = slot.leasing.lock().await;
        loop {
            if let Some(index) = self.taken((realm, bucket), &slot) {
                return Ok(StatusRef { bucket, index });
            }
            let leased = self.lease(call, (realm, bucket), &slot).await?;
            *slot.open() = leased;
        }
    }

    fn taken(&self, (realm, bucket): (RealmNode, Bucket), slot: &Slot) -> Option<u32> {
        let (index, wants) = slot.take()?;
        if wants {
            self.wanted.want(realm, bucket);
        }
        Some(index)
    }

    /// Leases the block after the open one, unless that is there.
    pub(super) async fn lease_ahead(
        &self,
        call: &Call,
        (realm, bucket): (RealmNode, Bucket),
    ) -> Result<(), LeaseError> {
        let slot = self.slot(realm, bucket, call.now);
        let _turn = slot.leasing.lock().await;
        if slot.open().has_enough() {
            return Ok(());
        }
        let leased = self.lease(call, (realm, bucket), &slot).await?;
        slot.open().next = Some(Box::new(leased));
        Ok(())
    }

    fn slot(&self, realm: RealmNode, bucket: Bucket, now: Time) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(&(realm, bucket)) {
            return Arc::clone(slot);
        }
        if slots.len() >= MAX_OPEN {
            slots.retain(|(_, bucket), _| bucket.ends_at() > now);
        }
        Arc::clone(slots.entry((realm, bucket)).or_default())
    }

    async fn lease(
        &self,
        call: &Call,
        (realm, bucket): (RealmNode, Bucket),
        slot: &Slot,
    ) -> Result<Open, LeaseError> {
        let before = slot.open().size;
        let count = (before * 2).clamp(FIRST_BLOCK, LARGEST_BLOCK);
        for _ in 0..MAX_CONFLICTS {
            let (_, head) = self.db.head().await?;
            let first = rows::next(&self.db, realm, bucket).await?;
            let next = first.checked_add(count).ok_or(LeaseError::Full)?;
            let block = Block {
                bucket,
                first,
                count,
            };
            let event = Event::done(
                &call.by(Actor::System),
                realm,
                Verb::Lease,
                Noun::StatusBlock,
            );
            let unit = Unit::entry(event.block(block).entry());
            let unit = unit.step(rows::lease((realm, bucket), (first, next), head));
            match self.db.commit(unit).await {
                Ok(_) => {
                    return Ok(Open {
                        first,
                        left: shuffled(count, &*self.random),
                        size: count,
                        next: None,
                    });
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Unavailable(error)) => return Err(error.into()),
            }
        }
        Err(LeaseError::Busy)
    }
}

/// The places below `count` in random order (Fisher and Yates).
fn shuffled(count: u32, random: &dyn Random) -> Vec<u16> {
    let last = u16::try_from(count.saturating_sub(1)).unwrap_or(u16::MAX);
    let mut places: Vec<u16> = (0..=last).collect();
    let mut bytes = vec![0; places.len() * 8];
    random.fill(&mut bytes);
    let (chances, _) = bytes.as_chunks::<8>();
    for (at, chance) in (1..places.len()).rev().zip(chances) {
        let range = u64::try_from(at + 1).unwrap_or(u64::MAX);
        let other = u64::from_le_bytes(*chance) % range;
        places.swap(at, usize::try_from(other).unwrap_or(0));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            for (at, byte) in buffer.iter_mut().enumerate() {
                *byte = self
                    .0
                    .wrapping_mul(31)
                    .wrapping_add(u8::try_from(at % 251).unwrap());
            }
        }
    }

    #[test]
    fn a_block_has_every_place_once() {
        let mut places = shuffled(LARGEST_BLOCK, &Fixed(9));
        assert!(!places.is_sorted());
        places.sort_unstable();
        assert_eq!(places, (0..=u16::MAX).collect::<Vec<_>>());
    }
}
