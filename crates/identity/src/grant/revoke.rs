//! Withdraw a grant: everything that it ever gave is dead at that commit.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::Change;
use symbolon_token::call::Call;
use symbolon_token::node::{GrantNode, RealmNode};
use thiserror::Error;

use super::rows;
use crate::{Draft, Order, Recorded, World, WriteError};

/// Why nothing was withdrawn.
#[derive(Debug, Error)]
pub enum RevokeError {
    /// There is no such grant, or it was withdrawn.
    #[error("there is no grant {0} in this realm, or it was withdrawn")]
    Unknown(GrantNode),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Withdraws a grant.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke(
    world: &World,
    call: &Call,
    realm: RealmNode,
    (grant, reason): (GrantNode, &str),
) -> Result<(), RevokeError> {
    let order = Order::because(reason);
    let done = revoke_ordered(world, call, (realm, grant), &order).await;
    done.map(|_| ())
}

/// Withdraws a grant, as it was ordered.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke_ordered(
    world: &World,
    call: &Call,
    (realm, grant): (RealmNode, GrantNode),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    let mut turn = world.turn(grant).await;
    while turn.again().await {
        let found = rows::by_node(&world.db, realm, grant).await;
        let found = found.map_err(WriteError::from)?;
        let found = found.ok_or(RevokeError::Unknown(grant))?;
        let event = Event::done(call, realm, Verb::End, Noun::Grant)
            .subject(found.subject)
            .client(found.client)
            .grant(grant);
        let (draft, revoked) = Draft::stand(world, call, event, (grant, Change::End), order);
        let draft = draft.and(Draft::steps([rows::end(grant)]));
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
