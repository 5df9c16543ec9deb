//! What runs beside the server until it leaves.
//!
//! 1. The journal is followed every 25 ms where other processes write to the same database.
//! 2. Every minute: the node lease is renewed, and upkeep does what is due.
//! 3. Clients are told of sessions that have ended.
//! 4. What is new in the journal is sealed, and what its realm keeps no longer dropped, on whichever
//!    node comes first.
//! 5. Blocks of status indexes are leased before they are needed.
//! 6. Revocations that run over the journal go on, batch by batch, and status lists are filled.
//!
//! A node that may have lost its lease takes another number first; until then it answers 503.

use std::sync::Arc;
use std::time::Duration;

use symbolon_authority::journal;
use symbolon_authority::revocation_job::Worker;
use symbolon_authority::upkeep::upkeep;
use symbolon_identity::World;
use symbolon_journal::segment::{SealError, Sealer};
use symbolon_outbound::Outbound;
use symbolon_signin::password_link;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::backchannel::{self, Post};
use crate::clock;
use crate::node_lease::NodeLease;
use crate::open::{Open, own_call};

/// How often the journal is polled: what a revocation on another node may wait, at most.
const POLL: Duration = Duration::from_millis(25);

/// How often a database that did not answer is asked again, and how often that is logged.
const RETRY: Duration = Duration::from_secs(1);

/// How often somebody looks whether a revocation is to be run over the journal.
const IDLE: Duration = Duration::from_millis(250);

/// How often upkeep runs: schedules count in minutes.
const UPKEEP: Duration = Duration::from_mins(1);

/// How often to look for entries to seal: a busy journal fills a block in less, a quiet one waits ten
/// minutes.
const SEAL: Duration = Duration::from_secs(2);

/// The tasks; they end when this is dropped.
pub(crate) struct Tasks(JoinSet<()>);

impl Tasks {
    /// And this one.
    pub(crate) fn and(mut self, task: impl Future<Output = ()> + Send + 'static) -> Self {
        self.0.spawn(task);
        self
    }

    /// Ends them, and seals what the journal holds: a database that lies still is easily changed.
    pub(crate) async fn end(mut self, world: &World) {
        self.0.shutdown().await;
        if let Err(error) = journal::seal_end(world, clock::now()).await {
            tracing::warn!(%error, "the end of the journal is not sealed");
        }
    }
}

/// Starts them.
pub(crate) fn start(open: &Open, outbound: Outbound) -> Tasks {
    let mut tasks = JoinSet::new();
    let (world, lease) = (Arc::clone(&open.world), Arc::clone(&open.lease));
    tasks.spawn(keep_up(world, lease));
    let (world, lease) = (Arc::clone(&open.world), Arc::clone(&open.lease));
    tasks.spawn(backchannel::tell(world, lease, Arc::new(Post(outbound))));
    tasks.spawn(seal(Arc::clone(&open.world)));
    tasks.spawn(lease_ahead(Arc::clone(&open.world)));
    let (world, lease) = (Arc::clone(&open.world), Arc::clone(&open.lease));
    tasks.spawn(revoke(world, lease));
    if !open.world.db.is_exclusive() {
        let (world, lease) = (Arc::clone(&open.world), Arc::clone(&open.lease));
        tasks.spawn(follow(world, lease));
    }
    Tasks(tasks)
}

/// Step 1.
async fn follow(world: Arc<World>, lease: Arc<NodeLease>) {
    let mut poll = interval(POLL);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut retry = interval(RETRY);
    retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        poll.tick().await;
        let now = clock::now();
        if !lease.holds(now) && !renew(&world, &lease).await {
            retry.tick().await;
            continue;
        }
        if let Err(error) = world.catch_up(now).await {
            tracing::warn!(%error, "the journal cannot be followed");
            retry.tick().await;
        }
    }
}

/// Step 2.
async fn keep_up(world: Arc<World>, lease: Arc<NodeLease>) {
    let mut due = interval(UPKEEP);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        due.tick().await;
        renew(&world, &lease).await;
        let call = own_call(&world);
        // A commit whose outcome was unknown may have happened after all.
        if let Err(error) = world.catch_up(call.now).await {
            tracing::warn!(%error, "the journal cannot be followed");
        }
        if let Err(error) = upkeep(&world, &call).await {
            tracing::warn!(%error, "upkeep stopped and goes on in a minute");
        }
        if let Err(error) = password_link::sweep(&world, call.now).await {
            tracing::warn!(%error, "old password links were not forgotten");
        }
    }
}

/// Step 4. A journal that somebody changed is not sealed again, and that is said once a minute.
async fn seal(world: Arc<World>) {
    let sealer = Sealer::beside(world.witness.clone());
    let mut due = interval(SEAL);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut retry = interval(UPKEEP);
    retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        due.tick().await;
        match journal::seal(&world, &sealer, clock::now()).await {
            Ok(()) => {}
            Err(SealError::Unavailable(error)) => {
                tracing::warn!(%error, "the journal cannot be sealed");
                continue;
            }
            Err(
                error @ (SealError::Unsigned { .. } | SealError::Lost { .. } | SealError::Sign(_)),
            ) => {
                tracing::error!(%error, "the journal is not sealed; run symbolon journal verify");
                retry.tick().await;
            }
        }
        if let Err(error) = journal::retire(&world, clock::now()).await {
            tracing::warn!(%error, "old journal entries were not dropped");
            retry.tick().await;
        }
    }
}

/// Step 5.
async fn lease_ahead(world: Arc<World>) {
    loop {
        world.leases.wanted().await;
        if let Err(error) = world.leases.ahead(&own_call(&world)).await {
            tracing::debug!(%error, "a block of status indexes was not leased ahead");
        }
    }
}

/// Step 6. A batch takes some milliseconds, and then four times as long is left to others.
async fn revoke(world: Arc<World>, lease: Arc<NodeLease>) {
    let mut worker = Worker::new(world.ids.next(clock::now()));
    let mut rest = interval(IDLE);
    loop {
        let (began, call) = (Instant::now(), own_call(&world));
        let pause = if lease.holds(call.now) {
            match worker.turn(&world, &call).await {
                Ok(true) => began.elapsed() * 4,
                Ok(false) => IDLE,
                Err(error) => {
                    tracing::warn!(%error, "a revocation stopped and goes on in a second");
                    RETRY
                }
            }
        } else {
            RETRY
        };
        rest.reset_after(pause);
        rest.tick().await;
    }
}

/// Whether the node lease holds now.
async fn renew(world: &World, lease: &NodeLease) -> bool {
    match lease.renew(&world.db, clock::now()).await {
        Ok(None) => true,
        Ok(Some(number)) => {
            world.ids.renumber(number);
            tracing::warn!(
                node.number = number,
                "the node lease was lost; another one is held"
            );
            true
        }
        Err(error) => {
            tracing::warn!(%error, "the node lease was not renewed");
            false
        }
    }
}
