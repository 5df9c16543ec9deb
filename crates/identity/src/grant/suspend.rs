//! Suspend a grant, or resume it: every token that it gave is refused meanwhile.

use symbolon_journal::{Event, Noun};
use symbolon_token::call::Call;
use symbolon_token::node::{GrantNode, RealmNode};

use super::{RevokeError, rows};
use crate::{Draft, Order, Recorded, Way, World, WriteError};

/// Takes a grant out of use, or puts it into use again.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn suspend(
    world: &World,
    call: &Call,
    (realm, grant): (RealmNode, GrantNode),
    (way, order): (Way, &Order<'_>),
) -> Result<Recorded, RevokeError> {
    let mut turn = world.turn(grant).await;
    while turn.again().await {
        let found = rows::by_node(&world.db, realm, grant).await;
        let found = found.map_err(WriteError::from)?;
        let found = found.ok_or(RevokeError::Unknown(grant))?;
        let event = Event::done(call, realm, way.verb(), Noun::Grant)
            .subject(found.subject)
            .client(found.client)
            .grant(grant);
        let (draft, stood) = Draft::stand(world, call, event, (grant, way.change()), order);
        if let Some(recorded) = draft.ordered(world, call.now, (order, stood)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
