//! Retire entries whose realm keeps them no longer, and say how long it does.

use symbolon_identity::World;
use symbolon_jose::SignError;
use symbolon_journal::segment::{Retention, RetireError, Retired, retire as one};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unavailable, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;
use thiserror::Error;

/// Why it was not set how long entries are kept.
#[derive(Debug, Error)]
pub enum RetainError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Nothing was written.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The key does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Drops all that is due. Any node may, and several at once. What somebody else says of how long entries
/// are kept drops nothing.
///
/// # Errors
/// [`RetireError`]; what was dropped so far is dropped.
pub async fn retire(world: &World, now: Time) -> Result<(), RetireError> {
    let keys = super::keys(world);
    let retention = Retention::read(&world.db, keys.known).await?;
    if !world
        .witness
        .holds(&world.db, &retention, keys, now)
        .await?
    {
        return Err(RetireError::Retention);
    }
    while let Retired::Entries(_) = one(&world.db, keys, &retention, now).await? {}
    if retention.foreign().next().is_some() {
        return Err(RetireError::Retention);
    }
    Ok(())
}

/// Keeps a realm's entries for so many days from now on.
///
/// # Errors
/// [`RetainError`]; nothing was written.
pub async fn retain(
    world: &World,
    call: &Call,
    realm: RealmNode,
    days: i64,
) -> Result<(), RetainError> {
    let keys = super::keys(world);
    let retention = Retention::read(&world.db, keys.known).await?;
    let event = Event::done(call, realm, Verb::Change, Noun::Realm)
        .reason(format!("journal kept for {days} days"))
        .request(call);
    let retention = retention.counted(world.witness.retention(keys.known).await);
    let set = retention.set(keys, realm, days)?;
    world
        .db
        .commit(Unit::entry(event.entry()).steps(set))
        .await?;
    Ok(())
}
