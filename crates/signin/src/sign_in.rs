//! Signing in: what a process keeps for it, and the way through it with a password.

use std::sync::Arc;

use symbolon_identity::World;
use symbolon_journal::Event;
use symbolon_store::Unit;
use tokio::sync::Semaphore;

use crate::cost::Cost;
use crate::pool::{Limits, Pool};

/// Refusals that may be on their way to the journal; past it they are only counted.
const MAX_WRITING: u32 = 64;

/// What a process keeps for signing in: one for all realms.
pub struct SignIn {
    pub(crate) pool: Pool,
    pub(crate) cost: Arc<Cost>,
    writing: Arc<Semaphore>,
}

impl SignIn {
    /// With so many threads and places to wait.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            pool: Pool::new(limits),
            cost: Arc::default(),
            writing: Arc::new(Semaphore::new(MAX_WRITING as usize)),
        }
    }

    /// Has a hash measured, after the first right password: nobody waits for it.
    pub(crate) fn measure(&self) {
        if !self.cost.is_due() {
            return;
        }
        let cost = Arc::clone(&self.cost);
        if self
            .pool
            .push(Box::new(move |memory| cost.measure(memory)))
            .is_err()
        {
            self.cost.put_off();
        }
    }

    /// Journals a refusal, within the rate, after the answer; one that concerns nobody known is only
    /// counted.
    pub(crate) fn refuse(&self, world: &World, event: Option<Event>) {
        let place = Arc::clone(&self.writing).try_acquire_owned();
        let (Some(event), Ok(place)) = (event, place) else {
            return world.refusals.count();
        };
        if !world.refusals.admit(event.realm, event.at) {
            return;
        }
        let db = world.db.clone();
        tokio::spawn(async move {
            if let Err(error) = db.commit(Unit::entry(event.entry())).await {
                tracing::warn!(%error, "a refusal was not journaled");
            }
            drop(place);
        });
    }

    /// Waits until every refusal is in the journal: before the process ends.
    pub async fn settle(&self) {
        let all = self.writing.acquire_many(MAX_WRITING).await;
        drop(all);
    }
}
