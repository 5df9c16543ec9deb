//! What is new in the journal is sealed, and what its realm keeps no longer dropped.
//!
//! A journal that grows by a block, and an entry that has waited for long enough, are what there is to
//! seal: it is known when that will be, and until then nothing is read.

use std::sync::Arc;
use std::time::Duration;

use symbolon_authority::journal::{self, Unsealed};
use symbolon_identity::World;
use symbolon_journal::segment::{SealError, Sealer};
use tokio::time::{sleep, timeout};

use super::{SAFETY, UPKEEP};
use crate::clock;

/// How long a round rests at least: a busy journal fills many blocks in that time, and nobody waits for
/// their seals.
const PACE: Duration = Duration::from_secs(2);

/// Seals and drops, round by round.
pub(super) struct Sealing {
    world: Arc<World>,
    sealer: Sealer,
}

/// What a round waits for.
pub(super) enum Rest {
    /// Something is wrong; that it is still wrong is said no more often.
    Fault(Duration),
    /// There is nothing to do before this.
    Until(Unsealed),
}

impl Sealing {
    pub(super) fn new(world: Arc<World>) -> Self {
        Self {
            world,
            sealer: Sealer::default(),
        }
    }

    /// Rounds without end.
    pub(super) async fn run(self) {
        loop {
            let rest = self.round().await;
            self.rest(rest).await;
        }
    }

    /// Seals and drops what is due. A journal that somebody changed is not sealed again, and that is
    /// said once a minute.
    pub(super) async fn round(&self) -> Rest {
        let rest = match journal::seal(&self.world, &self.sealer, clock::now()).await {
            Ok(unsealed) => Rest::Until(unsealed),
            Err(SealError::Unavailable(error)) => {
                tracing::warn!(%error, "the journal cannot be sealed");
                return Rest::Fault(PACE);
            }
            Err(
                error @ (SealError::Unsigned { .. } | SealError::Lost { .. } | SealError::Sign(_)),
            ) => {
                tracing::error!(%error, "the journal is not sealed; run symbolon journal verify");
                Rest::Fault(UPKEEP)
            }
        };
        match journal::retire(&self.world, clock::now()).await {
            Ok(()) => rest,
            Err(error) => {
                tracing::warn!(%error, "old journal entries were not dropped");
                Rest::Fault(UPKEEP)
            }
        }
    }

    /// Waits until a round has something to do.
    pub(super) async fn rest(&self, rest: Rest) {
        match rest {
            Rest::Fault(pause) => sleep(pause).await,
            Rest::Until(Unsealed { place, at }) => {
                sleep(PACE).await;
                let left = at.map_or(SAFETY, |at| at.since(clock::now()));
                let reached = self.world.db.reaches(place);
                let _is_time = timeout(left.min(SAFETY), reached).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::task::tests::{Site, entry};

    #[tokio::test(start_paused = true)]
    async fn an_idle_journal_is_looked_at_once_a_minute() {
        let site = Site::open().await;
        let sealing = Sealing::new(site.world());
        let mut rounds = 0;
        let all = async {
            loop {
                let rest = sealing.round().await;
                rounds += 1;
                sealing.rest(rest).await;
            }
        };
        let _an_hour = timeout(Duration::from_hours(1), all).await;
        assert!((1..=60).contains(&rounds), "{rounds} rounds");
    }

    #[tokio::test(start_paused = true)]
    async fn a_journal_that_has_grown_by_a_block_is_looked_at_when_the_pace_allows() {
        let site = Site::open().await;
        let sealing = Sealing::new(site.world());
        let rest = sealing.round().await;
        let Rest::Until(unsealed) = &rest else {
            unreachable!("the journal can be sealed");
        };
        let (_, head) = site.world().db.head().await.unwrap();
        let wanting = unsealed.place.0 - head.0;
        assert_eq!(unsealed.place.0, 4096);
        site.commit((0..wanting).map(|_| entry())).await;
        let began = Instant::now();
        sealing.rest(rest).await;
        assert!(began.elapsed() < SAFETY, "{:?}", began.elapsed());
    }
}
