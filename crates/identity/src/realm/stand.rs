//! Change how a realm stands: everything that was ever issued in it is dead at that commit, and, where
//! it is disabled too, so is what comes after until it is enabled.

use symbolon_journal::{Event, Noun};
use symbolon_lineage::node::Change;
use symbolon_token::call::Call;

use super::Realm;
use crate::draft::verb;
use crate::{Draft, Order, Recorded, World, WriteError};

/// What it issues lives again. What was revoked stays dead.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn enable(world: &World, call: &Call, realm: &Realm) -> Result<(), WriteError> {
    let (what, order) = (Change::Enable, Order::default());
    let done = stand(world, call, realm, (what, &order)).await;
    done.map(|_| ())
}

/// Changes how a realm stands, as it was ordered. The entry stands in that realm's journal.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn stand(
    world: &World,
    call: &Call,
    realm: &Realm,
    (what, order): (Change, &Order<'_>),
) -> Result<Recorded, WriteError> {
    let mut turn = world.turn(realm.node).await;
    while turn.again().await {
        let event =
            Event::done(call, realm.node, verb(what), Noun::Realm).name(realm.name.as_str());
        let (draft, revoked) = Draft::stand(world, call, event, (realm.node, what), order);
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            world.realms.learn(&world.db).await;
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy)
}
