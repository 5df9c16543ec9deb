//! Lease ahead: the next block is there, and announced, before the first token with one of its
//! indexes.
//!
//! 1. A block that is half used up wants its successor.
//! 2. Tokens that expire in the last minutes of a bucket say that the next bucket's are to come.
//! 3. Whoever is told that something is wanted leases it ([`Leases::ahead`]), apart from any request.
//!
//! The first token of a bucket, after a silence, still leases for itself: whoever follows hears of that
//! block a moment after it may have seen the token, and asks before it refuses.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;
use symbolon_token::status::Bucket;
use symbolon_token::time::Time;
use tokio::sync::Notify;

use super::lease::{LeaseError, Leases};

/// How long before the first token of a bucket its first block is leased.
const AHEAD: Duration = Duration::from_mins(5);

/// Blocks that are wanted at once. What does not fit is leased when it is needed.
const MAX_WANTED: usize = 4096;

/// What is wanted.
#[derive(Default)]
pub(super) struct Wanted {
    blocks: Mutex<BTreeSet<(RealmNode, Bucket)>>,
    bell: Notify,
}

impl Wanted {
    pub(super) fn want(&self, realm: RealmNode, bucket: Bucket) {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if blocks.len() < MAX_WANTED {
            blocks.insert((realm, bucket));
            self.bell.notify_one();
        }
    }

    fn take(&self) -> BTreeSet<(RealmNode, Bucket)> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *blocks)
    }
}

/// Step 2: whether tokens that expire then announce the next bucket.
pub(super) fn is_late(bucket: Bucket, expires_at: Time) -> bool {
    bucket.ends_at().since(expires_at) < AHEAD
}

/// The bucket after this one.
pub(super) fn next(bucket: Bucket) -> Bucket {
    Bucket(bucket.0.saturating_add(1))
}

impl Leases {
    /// Waits until a block is wanted.
    pub async fn wanted(&self) {
        self.wanted.bell.notified().await;
    }

    /// Leases every block that is wanted.
    ///
    /// # Errors
    /// [`LeaseError`], the first; the others were leased all the same.
    pub async fn ahead(&self, call: &Call) -> Result<(), LeaseError> {
        let mut done = Ok(());
        for (realm, bucket) in self.wanted.take() {
            let leased = self.lease_ahead(call, (realm, bucket)).await;
            done = done.and(leased);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_hour_is_announced_by_tokens_of_this_ones_last_minutes() {
        let bucket = Bucket(500_000);
        let before = |minutes| bucket.ends_at().minus(Duration::from_mins(minutes));
        assert!(!is_late(bucket, before(5)));
        assert!(is_late(bucket, before(4)));
        assert!(is_late(bucket, bucket.ends_at()));
    }
}
