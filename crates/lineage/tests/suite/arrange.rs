//! A process: what it knows of lineages, and how it follows.

use std::sync::Arc;

use symbolon_journal::{Event, Follow, Follower, Noun, Verb};
use symbolon_keys::random::SystemRandom;
use symbolon_lineage::node::{Change, change};
use symbolon_lineage::status::Leases;
use symbolon_lineage::{Lineages, MIGRATIONS};
use symbolon_store::testing::{postgres_url, target};
use symbolon_store::{CommitError, Db, Target, Unit};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

pub(crate) const NOON: Time = Time(1_800_000_000_000);

pub(crate) fn node(number: i64) -> NodeId {
    NodeId::from_number(number).unwrap()
}

pub(crate) fn realm() -> RealmNode {
    RealmNode(node(1))
}

pub(crate) fn call() -> Call {
    Call {
        now: NOON,
        request_id: RequestId(node(99)),
        actor: Actor::System,
        address: None,
    }
}

pub(crate) struct Process {
    pub(crate) db: Db,
    pub(crate) lineages: Arc<Lineages>,
    pub(crate) leases: Leases,
    follower: Arc<Follower>,
}

impl Process {
    pub(crate) async fn start(db: Db) -> Arc<Self> {
        let lineages = Arc::new(Lineages::default());
        let memories: Vec<Arc<dyn Follow>> = vec![Arc::<Lineages>::clone(&lineages)];
        let follower = Follower::begin(db.clone(), memories, NOON).await.unwrap();
        lineages.load(&db).await.unwrap();
        Arc::new(Self {
            leases: Leases::new(db.clone(), Arc::new(SystemRandom)),
            db,
            lineages,
            follower,
        })
    }

    pub(crate) async fn catch_up(&self) {
        self.follower.catch_up(NOON).await.unwrap();
    }

    /// Whether the change was made: nobody was faster.
    pub(crate) async fn change(&self, of: NodeId, what: Change) -> bool {
        let (after, step) = change(&self.lineages, (realm(), of), what, NOON);
        let event = Event::done(&call(), realm(), Verb::Change, Noun::Client);
        let unit = Unit::entry(event.stands(after.fact(of)).entry()).step(step);
        match self.db.commit(unit).await {
            Ok(_) => true,
            Err(CommitError::Conflict { .. }) => false,
            Err(other) => unreachable!("{other}"),
        }
    }
}

/// Two processes on one database.
pub(crate) async fn two() -> (Arc<Process>, Arc<Process>) {
    let target = target(&postgres_url().await);
    (start(&target).await, start(&target).await)
}

pub(crate) async fn start(target: &Target) -> Arc<Process> {
    Process::start(Db::open(target, &MIGRATIONS).await.unwrap()).await
}
