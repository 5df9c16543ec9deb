//! Suspend a client secret, or resume it: it proves nothing meanwhile, and every token that it was used
//! for is refused.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, ClientSecretNode, RealmNode};

use super::{RevokeError, rows};
use crate::load::MAX_CONFLICTS;
use crate::{Draft, Order, Recorded, Revoked, World, WriteError};

/// Takes a secret out of use.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn suspend(
    world: &World,
    call: &Call,
    whose: ((RealmNode, ClientNode), ClientSecretNode),
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
    whose: ((RealmNode, ClientNode), ClientSecretNode),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    stand(world, call, whose, ((Change::Enable, Verb::Resume), order)).await
}

async fn stand(
    world: &World,
    call: &Call,
    ((realm, client), secret): ((RealmNode, ClientNode), ClientSecretNode),
    ((what, verb), order): ((Change, Verb), &Order<'_>),
) -> Result<Recorded, RevokeError> {
    for _ in 0..MAX_CONFLICTS {
        let owner = rows::owner(&world.db, realm, secret).await;
        if owner.map_err(WriteError::from)? != Some(client) {
            return Err(RevokeError::Unknown(secret));
        }
        let (after, step) = change(&world.lineages, (realm, secret.0), what, call.now);
        let event = Event::done(call, realm, verb, Noun::ClientSecret)
            .client(client)
            .client_secret(secret)
            .stands(after.fact(secret));
        let event = order.on(event).request(call);
        let draft = Draft::event(&event).and(Draft::steps([step]));
        let stood = Revoked::node(secret, after.epoch);
        if let Some(recorded) = draft.ordered(world, call.now, (order, stood)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
