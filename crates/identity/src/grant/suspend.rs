//! Suspend a grant, or resume it: every token that it gave is refused meanwhile.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_token::call::Call;
use symbolon_token::node::{GrantNode, RealmNode};

use super::{RevokeError, rows};
use crate::load::MAX_CONFLICTS;
use crate::{Draft, Order, Recorded, Revoked, World, WriteError};

/// Takes a grant out of use.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn suspend(
    world: &World,
    call: &Call,
    whose: (RealmNode, GrantNode),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    stand(
        world,
        call,
        whose,
        ((Change::Disable, Verb::Suspend), order),
    )
    .await
}

/// Puts it into use again.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn resume(
    world: &World,
    call: &Call,
    whose: (RealmNode, GrantNode),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    stand(world, call, whose, ((Change::Enable, Verb::Resume), order)).await
}

async fn stand(
    world: &World,
    call: &Call,
    (realm, grant): (RealmNode, GrantNode),
    ((what, verb), order): ((Change, Verb), &Order<'_>),
) -> Result<Recorded, RevokeError> {
    for _ in 0..MAX_CONFLICTS {
        let found = rows::by_node(&world.db, realm, grant).await;
        let found = found.map_err(WriteError::from)?;
        let found = found.ok_or(RevokeError::Unknown(grant))?;
        let (after, step) = change(&world.lineages, (realm, grant.0), what, call.now);
        let event = Event::done(call, realm, verb, Noun::Grant)
            .subject(found.subject)
            .client(found.client)
            .grant(grant)
            .stands(after.fact(grant));
        let event = order.on(event).request(call);
        let draft = Draft::event(&event).and(Draft::steps([step]));
        let stood = Revoked::node(grant, after.epoch);
        if let Some(recorded) = draft.ordered(world, call.now, (order, stood)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
