//! The schedule: announce successors that are due, delete keys that are gone. Any node may run it at
//! any time; of two at once one loses and does nothing.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_keys::signing_key::{due, of_realm, schedule};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;

use super::EnsureError;
use super::find::load_error;
use crate::{World, WriteError};

/// Does what is due in every realm.
///
/// # Errors
/// [`EnsureError`], the first that is met.
pub async fn schedule(world: &World, call: &Call) -> Result<(), EnsureError> {
    let realms = due(&world.db, &world.policy, call.now).await;
    for realm in realms.map_err(load_error)? {
        in_realm(world, call, realm).await?;
    }
    Ok(())
}

async fn in_realm(world: &World, call: &Call, realm: RealmNode) -> Result<(), EnsureError> {
    let rows = of_realm(&world.db, realm).await.map_err(load_error)?;
    let due = schedule::decide(&rows, &world.policy, call.now);
    for successor in due.announce {
        let made = super::make(world, call, successor).await?;
        commit(world, super::unit(call, Verb::Rotate, &made)).await?;
    }
    for gone in due.forget.into_iter().chain(due.drop) {
        let event = Event::done(call, realm, Verb::Sweep, Noun::SigningKey).signing_key(gone.key);
        commit(world, Unit::entry(event.entry()).step(gone.step)).await?;
    }
    Ok(())
}

async fn commit(world: &World, unit: Unit) -> Result<(), WriteError> {
    match world.db.commit(unit).await {
        Ok(_) | Err(CommitError::Conflict { .. }) => Ok(()),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
    }
}
