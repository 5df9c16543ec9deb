//! Births: access tokens whose issue is durable, looked at once more.
//!
//! A cause may be revoked while a token is being issued under the epoch before. The token's entry then
//! stands behind the revocation's, where nobody who fills status lists looks for it. So whoever issued it
//! judges it again when its entry is durable, and sets its bit if it was born dead; to us it is dead
//! anyway. What other processes wrote before that entry is known after the next poll, at the latest, so
//! over a shared database it is judged once more then.

use std::sync::{Mutex, PoisonError};

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::State;
use symbolon_lineage::{Lineages, status};
use symbolon_store::Unit;
use symbolon_token::call::{Actor, Call};
use symbolon_token::lineage::Lineage;
use symbolon_token::node::RealmNode;
use symbolon_token::status::StatusRef;

use crate::{World, WriteError};

/// Births that wait for the next poll: of some seconds. What comes beyond is not looked at again.
const MAX_WAITING: usize = 100_000;

/// A token that is being issued.
pub(crate) struct Birth {
    pub(crate) call: Call,
    pub(crate) realm: RealmNode,
    pub(crate) lineage: Lineage,
    pub(crate) status: StatusRef,
}

impl Birth {
    /// For good: lists do not show who is suspended.
    fn is_dead(&self, known: &Lineages) -> bool {
        self.lineage.ancestors().iter().any(|carried| {
            let standing = if carried.node == self.realm.0 {
                known.realm(self.realm)
            } else {
                known.standing(carried.node)
            };
            carried.epoch < standing.epoch || standing.state == State::Ended
        })
    }
}

/// Those that wait for the next poll.
#[derive(Default)]
pub(crate) struct Births(Mutex<Vec<Birth>>);

impl Births {
    /// Those that were there before a poll.
    pub(crate) fn take(&self) -> Vec<Birth> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    }

    /// They wait for the next one.
    pub(crate) fn wait(&self, births: Vec<Birth>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_WAITING.saturating_sub(waiting.len());
        waiting.extend(births.into_iter().take(room));
    }
}

/// Shows the dead among those whose entries are durable; the others may have to wait.
///
/// # Errors
/// [`WriteError`]; such a token must not leave.
pub(crate) async fn born(world: &World, births: Vec<Birth>) -> Result<(), WriteError> {
    let living = show(world, births).await?;
    if !world.db.is_exclusive() {
        world.births.wait(living);
    }
    Ok(())
}

/// Sets the bits of the dead; gives back the living.
///
/// # Errors
/// [`WriteError`].
pub(crate) async fn show(world: &World, births: Vec<Birth>) -> Result<Vec<Birth>, WriteError> {
    let is_dead = |birth: &Birth| birth.is_dead(&world.lineages);
    let (dead, living): (Vec<_>, Vec<_>) = births.into_iter().partition(is_dead);
    for Birth {
        call,
        realm,
        status,
        ..
    } in dead
    {
        let event = Event::done(
            &call.by(Actor::System),
            realm,
            Verb::Revoke,
            Noun::StatusBlock,
        );
        let event = event.status(status).request(&call);
        let unit = Unit::entry(event.entry()).step(status::fill(realm, status));
        world.db.commit(unit).await?;
    }
    Ok(living)
}
