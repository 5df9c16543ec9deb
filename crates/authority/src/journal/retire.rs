//! Retire entries whose realm keeps them no longer, and say how long it does.

use symbolon_identity::World;
use symbolon_journal::segment::{Retention, RetireError, Retired, retire as one};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

/// Drops all that is due. Any node may, and several at once.
///
/// # Errors
/// [`RetireError`]; what was dropped so far is dropped.
pub async fn retire(world: &World, now: Time) -> Result<(), RetireError> {
    let retention = Retention::read(&world.db).await?;
    while let Retired::Entries(_) = one(&world.db, super::keys(world), &retention, now).await? {}
    Ok(())
}

/// Keeps a realm's entries for so many days from now on.
///
/// # Errors
/// [`CommitError`]; nothing was written.
pub async fn retain(
    world: &World,
    call: &Call,
    realm: RealmNode,
    days: i64,
) -> Result<(), CommitError> {
    let event = Event::done(call, realm, Verb::Change, Noun::Realm)
        .reason(format!("journal kept for {days} days"))
        .request(call);
    let unit = Unit::entry(event.entry()).steps(Retention::set(realm, days));
    world.db.commit(unit).await.map(|_| ())
}
