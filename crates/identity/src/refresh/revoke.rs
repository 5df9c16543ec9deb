//! End a family: every token that one code gave is dead at that commit.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_token::call::Call;
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{ClientNode, FamilyNode, RealmNode, SubjectNode};

use super::rows;
use crate::{Draft, Order, Recorded, Revoked, World, WriteError};

/// Ends a family, for a reason. One that has ended stays so.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn revoke(
    world: &World,
    call: &Call,
    whose: (RealmNode, (FamilyNode, ClientNode, SubjectNode)),
    reason: &str,
) -> Result<(), WriteError> {
    let done = revoke_ordered(world, call, whose, &Order::because(reason)).await;
    done.map(|_| ())
}

/// Ends a family, as it was ordered; nothing is done to one that has ended.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn revoke_ordered(
    world: &World,
    call: &Call,
    whose: (RealmNode, (FamilyNode, ClientNode, SubjectNode)),
    order: &Order<'_>,
) -> Result<Option<Recorded>, WriteError> {
    let mut turn = world.turn(whose.1.0).await;
    while turn.again().await {
        let Some((draft, revoked)) = draft(world, call, whose, order) else {
            return Ok(None);
        };
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            return Ok(Some(recorded));
        }
    }
    Err(WriteError::Busy)
}

/// What ends a family, for a unit that the caller commits; nothing for one that has ended. Its journal
/// entry is the first.
pub fn draft(
    world: &World,
    call: &Call,
    (realm, (family, client, subject)): (RealmNode, (FamilyNode, ClientNode, SubjectNode)),
    order: &Order<'_>,
) -> Option<(Draft, Revoked)> {
    let (after, step) = change(&world.lineages, (realm, family.0), Change::End, call.now);
    // A family ends once, from the epoch that it began with: this would be the second time.
    if after.epoch != Epoch::default().next() {
        return None;
    }
    let event = Event::done(call, realm, Verb::Revoke, Noun::Refresh)
        .client(client)
        .subject(subject)
        .family(family)
        .stands(after.fact(family));
    let event = order.on(event).request(call);
    let event = Draft::event(&world.with_network(event, call));
    let draft = event.and(Draft::steps([step, rows::end(family, call.now)]));
    Some((draft, Revoked::node(family, after.epoch)))
}
