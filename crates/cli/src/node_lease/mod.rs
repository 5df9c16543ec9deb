//! The node lease: the number, 0 to 1023, that makes the ids of one process its own.
//!
//! 1. A process takes the lowest number that nobody holds, by one conditional write.
//! 2. It renews it every minute, and gives it back when it ends.
//! 3. One that ran out may be taken by another process, a while later: clocks differ.
//! 4. Whoever has lost its number makes no ids until it has another: it answers 503 meanwhile
//!    ([`guarded`]).
//!
//! A process that owns its database needs no row: it is 0.

mod guard;
mod rows;

pub(crate) use guard::{guarded, timed};

use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};
use std::time::Duration;

use symbolon_identity::LoadError;
use symbolon_store::{CommitError, Db, Migration, Unit};
use symbolon_token::random::{self, Random};
use symbolon_token::time::Time;
use thiserror::Error;

/// The table of node leases.
pub(crate) const MIGRATION: Migration = Migration {
    noun: "node_lease",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long a number is held. Renewed every minute, it outlasts four that failed.
const LENGTH: Duration = Duration::from_mins(5);

/// How long a number rests before another process takes it: clocks of nodes differ by less.
const REST: Duration = Duration::from_mins(1);

/// How often to look again after another process took the number first.
const MAX_TRIES: usize = 32;

/// Why there is no number.
#[derive(Debug, Error)]
pub(crate) enum LeaseError {
    /// The database does not answer.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Every number is held, or others were faster again and again.
    #[error("all node numbers of this database are taken; stop some processes and wait a minute")]
    None,
}

/// A number that is held.
pub(crate) struct NodeLease {
    /// A random number of this process; `None` where it owns the database.
    holder: Option<i64>,
    number: AtomicU16,
    until: AtomicI64,
}

impl NodeLease {
    /// Step 1.
    ///
    /// # Errors
    /// [`LeaseError`].
    pub(crate) async fn take(db: &Db, random: &dyn Random, now: Time) -> Result<Self, LeaseError> {
        if db.is_exclusive() {
            return Ok(Self {
                holder: None,
                number: AtomicU16::new(0),
                until: AtomicI64::new(i64::MAX),
            });
        }
        let holder = i64::from_be_bytes(random::bytes(random));
        let until = now.plus(LENGTH);
        let number = take(db, holder, now).await?;
        Ok(Self {
            holder: Some(holder),
            number: AtomicU16::new(number),
            until: AtomicI64::new(until.0),
        })
    }

    /// The number.
    pub(crate) fn number(&self) -> u16 {
        self.number.load(Ordering::Acquire)
    }

    /// Whether it is surely still held.
    pub(crate) fn holds(&self, now: Time) -> bool {
        now.0 < self.until.load(Ordering::Acquire)
    }

    /// Steps 2 and 4: holds on to the number, or takes another and says so.
    ///
    /// # Errors
    /// [`LeaseError`]; then it is held as long as before.
    pub(crate) async fn renew(&self, db: &Db, now: Time) -> Result<Option<u16>, LeaseError> {
        let Some(holder) = self.holder else {
            return Ok(None);
        };
        let until = now.plus(LENGTH);
        let step = rows::renew((self.number(), holder), until);
        let changed = match db.commit(Unit::default().step(step)).await {
            Ok(_) => None,
            Err(CommitError::Conflict { .. }) => Some(take(db, holder, now).await?),
            Err(CommitError::Unavailable(error)) => return Err(LoadError::from(error).into()),
        };
        if let Some(number) = changed {
            self.number.store(number, Ordering::Release);
        }
        self.until.store(until.0, Ordering::Release);
        Ok(changed)
    }

    /// Step 2, at the end. One that is not given back runs out.
    pub(crate) async fn give_back(&self, db: &Db, now: Time) {
        if let Some(holder) = self.holder {
            let step = rows::renew((self.number(), holder), now);
            if let Err(error) = db.commit(Unit::default().step(step)).await {
                tracing::debug!(%error, "the node lease was not given back and runs out by itself");
            }
        }
    }
}

async fn take(db: &Db, holder: i64, now: Time) -> Result<u16, LeaseError> {
    let since = now.minus(REST);
    for _ in 0..MAX_TRIES {
        let number = rows::free(db, since).await?.ok_or(LeaseError::None)?;
        let step = rows::take((number, holder), now.plus(LENGTH), since);
        match db.commit(Unit::default().step(step)).await {
            Ok(_) => return Ok(number),
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Unavailable(error)) => return Err(LoadError::from(error).into()),
        }
    }
    Err(LeaseError::None)
}

#[cfg(test)]
mod tests {
    use symbolon_keys::random::SystemRandom;
    use symbolon_store::testing::{postgres, sqlite};

    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    async fn lease(db: &Db, now: Time) -> NodeLease {
        NodeLease::take(db, &SystemRandom, now).await.unwrap()
    }

    #[tokio::test]
    async fn whoever_owns_the_database_is_0_and_never_loses_it() {
        let (db, _folder) = sqlite(&[MIGRATION]).await;
        let own = lease(&db, NOON).await;
        assert_eq!(own.number(), 0);
        assert!(own.holds(NOON.plus(Duration::from_hours(1000))));
        assert_eq!(own.renew(&db, NOON).await.unwrap(), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn processes_that_start_at_once_hold_different_numbers() {
        let db = postgres(&[MIGRATION]).await;
        let mut taking = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let db = db.clone();
            taking.spawn(async move { lease(&db, NOON).await.number() });
        }
        let mut numbers = taking.join_all().await;
        numbers.sort_unstable();
        assert_eq!(numbers, (0..20).collect::<Vec<_>>());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_number_that_ran_out_rests_and_is_then_anothers() {
        let db = postgres(&[MIGRATION]).await;
        let first = lease(&db, NOON).await;
        let end = NOON.plus(LENGTH);
        assert!(first.holds(Time(end.0 - 1)) && !first.holds(end));
        assert_eq!(lease(&db, end).await.number(), 1);
        let rested = end.plus(REST);
        assert_eq!(lease(&db, rested).await.number(), 0);
        let renewed = first.renew(&db, rested).await.unwrap();
        assert_eq!((renewed, first.number()), (Some(2), 2));
        assert!(first.holds(rested));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_number_is_renewed_and_given_back() {
        let db = postgres(&[MIGRATION]).await;
        let first = lease(&db, NOON).await;
        let later = NOON.plus(LENGTH);
        assert_eq!(first.renew(&db, later).await.unwrap(), None);
        assert!(first.holds(later));
        first.give_back(&db, later).await;
        assert_eq!(lease(&db, later.plus(REST)).await.number(), 0);
    }
}
