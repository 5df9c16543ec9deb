//! What runs beside the server until it leaves.
//!
//! 1. The journal is followed every 25 ms where other processes write to the same database.
//! 2. Every minute: the node lease is renewed, and upkeep does what is due.
//! 3. Clients are told of sessions that have ended.
//! 4. What is new in the journal is sealed, and what its realm keeps no longer dropped, on whichever
//!    node comes first ([`seal`]).
//! 5. Blocks of status indexes are leased before they are needed.
//! 6. Revocations that run over the journal go on, batch by batch, and status lists are filled
//!    ([`revoke`]).
//!
//! A node that may have lost its lease takes another number first; until then it answers 503.

mod revoke;
mod seal;

use std::sync::Arc;
use std::time::Duration;

use symbolon_authority::journal;
use symbolon_authority::upkeep::upkeep;
use symbolon_identity::World;
use symbolon_outbound::Outbound;
use symbolon_signin::password_link;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::backchannel::{self, Post};
use crate::clock;
use crate::node_lease::NodeLease;
use crate::open::{Open, own_call};
use revoke::Revoking;
use seal::Sealing;

/// How often the journal is polled: what a revocation on another node may wait, at most.
const POLL: Duration = Duration::from_millis(25);

/// How often a database that did not answer is asked again, and how often that is logged.
const RETRY: Duration = Duration::from_secs(1);

/// How often a task that is woken when there is work looks by itself: for what another process had begun
/// when it was killed, and for what a clock that was set makes due. That is rare and nobody waits for it,
/// and a server that nobody asks anything should do next to nothing.
const SAFETY: Duration = Duration::from_mins(1);

/// How often upkeep runs: schedules count in minutes.
const UPKEEP: Duration = Duration::from_mins(1);

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
    tasks.spawn(Sealing::new(Arc::clone(&open.world)).run());
    tasks.spawn(lease_ahead(Arc::clone(&open.world)));
    let (world, lease) = (Arc::clone(&open.world), Arc::clone(&open.lease));
    tasks.spawn(Revoking::new(world, lease).run());
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

/// Step 5.
async fn lease_ahead(world: Arc<World>) {
    loop {
        world.leases.wanted().await;
        if let Err(error) = world.leases.ahead(&own_call(&world)).await {
            tracing::debug!(%error, "a block of status indexes was not leased ahead");
        }
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

#[cfg(test)]
mod tests {
    use symbolon_journal::{Event, Noun, Verb};
    use symbolon_keys::signing_key::Policy;
    use symbolon_store::{Entry, Target, Unit};
    use symbolon_token::node::{NodeId, RealmNode};
    use tempfile::TempDir;

    use super::*;
    use crate::open::{RootSource, open};

    /// An installation that nobody uses.
    pub(super) struct Site {
        open: Open,
        _folder: TempDir,
    }

    impl Site {
        pub(super) async fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("symbolon.db");
            let root = RootSource::Made(folder.path().join("root.key"));
            let open = open(&Target::Sqlite { path }, &root, Policy::production()).await;
            let site = Self {
                open: open.unwrap(),
                _folder: folder,
            };
            site.commit([entry()]).await;
            site
        }

        pub(super) fn world(&self) -> Arc<World> {
            Arc::clone(&self.open.world)
        }

        pub(super) fn lease(&self) -> Arc<NodeLease> {
            Arc::clone(&self.open.lease)
        }

        pub(super) fn realm(&self) -> RealmNode {
            realm()
        }

        pub(super) async fn commit(&self, entries: impl IntoIterator<Item = Entry>) {
            let unit = entries.into_iter().fold(Unit::default(), Unit::and_entry);
            self.open.world.db.commit(unit).await.unwrap();
        }
    }

    fn realm() -> RealmNode {
        RealmNode(NodeId::from_number(1).unwrap())
    }

    /// What the journal says of an issued token, now.
    pub(super) fn entry() -> Entry {
        let call = symbolon_token::call::Call {
            now: clock::now(),
            request_id: symbolon_token::call::RequestId(realm().0),
            actor: symbolon_token::call::Actor::System,
            address: None,
        };
        Event::done(&call, realm(), Verb::Issue, Noun::Access).entry()
    }
}
