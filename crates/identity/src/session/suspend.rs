//! Suspend a session, or resume it: a laptop that may only have been mislaid. It and what descends from
//! it are refused meanwhile; nobody is signed out, and no client is told.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SessionNode};

use super::{RevokeError, rows};
use crate::load::MAX_CONFLICTS;
use crate::{Draft, Order, Recorded, Revoked, World, WriteError};

/// Takes a session out of use.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn suspend(
    world: &World,
    call: &Call,
    whose: (RealmNode, SessionNode),
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
    whose: (RealmNode, SessionNode),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    stand(world, call, whose, ((Change::Enable, Verb::Resume), order)).await
}

async fn stand(
    world: &World,
    call: &Call,
    (realm, session): (RealmNode, SessionNode),
    ((what, verb), order): ((Change, Verb), &Order<'_>),
) -> Result<Recorded, RevokeError> {
    for _ in 0..MAX_CONFLICTS {
        let found = rows::by_node(&world.db, realm, session).await;
        let found = found.map_err(WriteError::from)?;
        let found = found.ok_or(RevokeError::Unknown(session))?;
        let (after, step) = change(&world.lineages, (realm, session.0), what, call.now);
        let event = Event::done(call, realm, verb, Noun::Session)
            .subject(found.subject)
            .session(session)
            .stands(after.fact(session));
        let event = order.on(event).request(call);
        let draft = Draft::event(&event).and(Draft::steps([step]));
        let stood = Revoked::node(session, after.epoch);
        if let Some(recorded) = draft.ordered(world, call.now, (order, stood)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
