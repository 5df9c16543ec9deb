//! Revocations that run over the journal go on, batch by batch, and status lists are filled.
//!
//! Whoever asks for one, or revokes a cause, wakes this task: the journal says so.

use std::sync::Arc;
use std::time::Duration;

use symbolon_authority::revocation_job::Worker;
use symbolon_identity::World;
use tokio::time::{Instant, sleep, timeout};

use super::{RETRY, SAFETY};
use crate::clock;
use crate::node_lease::NodeLease;
use crate::open::own_call;

/// How long a round waits for what else is revoked in the same moment: one job shows all of it.
const GATHER: Duration = Duration::from_millis(100);

/// Does the jobs, round by round.
pub(super) struct Revoking {
    world: Arc<World>,
    lease: Arc<NodeLease>,
    worker: Worker,
}

/// What a round waits for.
pub(super) enum Rest {
    /// There is more to do after this.
    Pause(Duration),
    /// There is nothing to do until somebody revokes.
    Idle,
}

impl Revoking {
    pub(super) fn new(world: Arc<World>, lease: Arc<NodeLease>) -> Self {
        Self {
            worker: Worker::new(world.ids.next(clock::now())),
            world,
            lease,
        }
    }

    /// Rounds without end.
    pub(super) async fn run(mut self) {
        loop {
            let rest = self.round().await;
            self.rest(rest).await;
        }
    }

    /// One batch. It takes some milliseconds, and then four times as long is left to others.
    pub(super) async fn round(&mut self) -> Rest {
        let (began, call) = (Instant::now(), own_call(&self.world));
        if !self.lease.holds(call.now) {
            return Rest::Pause(RETRY);
        }
        match self.worker.turn(&self.world, &call).await {
            Ok(true) => Rest::Pause(began.elapsed() * 4),
            Ok(false) => Rest::Idle,
            Err(error) => {
                tracing::warn!(%error, "a revocation stopped and goes on in a second");
                Rest::Pause(RETRY)
            }
        }
    }

    /// Waits until a round has something to do.
    pub(super) async fn rest(&self, rest: Rest) {
        match rest {
            Rest::Pause(pause) => sleep(pause).await,
            Rest::Idle => {
                if timeout(SAFETY, self.world.work.heard()).await.is_ok() {
                    sleep(GATHER).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_journal::{Event, Noun, Verb};

    use super::*;
    use crate::task::tests::{Site, entry};

    /// How many rounds there are in a time.
    async fn rounds(revoking: &mut Revoking, within: Duration) -> u32 {
        let mut rounds = 0;
        let all = async {
            loop {
                let rest = revoking.round().await;
                rounds += 1;
                revoking.rest(rest).await;
            }
        };
        let _time_is_over = timeout(within, all).await;
        rounds
    }

    #[tokio::test(start_paused = true)]
    async fn where_nobody_revokes_somebody_looks_once_a_minute() {
        let site = Site::open().await;
        let mut revoking = Revoking::new(site.world(), site.lease());
        let rounds = rounds(&mut revoking, Duration::from_hours(1)).await;
        assert!((1..=61).contains(&rounds), "{rounds} rounds");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_revokes_wakes_it_and_whoever_issues_does_not() {
        let site = Site::open().await;
        let mut revoking = Revoking::new(site.world(), site.lease());
        let calm = SAFETY / 2;
        // What the opening wrote may have rung.
        rounds(&mut revoking, Duration::from_secs(1)).await;
        site.commit([entry()]).await;
        assert_eq!(rounds(&mut revoking, calm).await, 1);
        let (call, realm) = (own_call(&site.world()), site.realm());
        let asked = Event::done(&call, realm, Verb::Create, Noun::Revocation);
        site.commit([asked.entry()]).await;
        assert_eq!(rounds(&mut revoking, calm).await, 2);
        let ended = symbolon_lineage::Standing::NEW.fact(realm);
        let ended = Event::done(&call, realm, Verb::Revoke, Noun::Realm).stands(ended);
        site.commit([ended.entry()]).await;
        assert_eq!(rounds(&mut revoking, calm).await, 2);
    }
}
