//! Suspend a session, or resume it: a laptop that may only have been mislaid. It and what descends from
//! it are refused meanwhile; nobody is signed out, and no client is told.

use symbolon_journal::{Event, Noun};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SessionNode};

use super::{RevokeError, rows};
use crate::{Draft, Order, Recorded, Way, World, WriteError};

/// Takes a session out of use, or puts it into use again.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn suspend(
    world: &World,
    call: &Call,
    (realm, session): (RealmNode, SessionNode),
    (way, order): (Way, &Order<'_>),
) -> Result<Recorded, RevokeError> {
    let mut turn = world.turn(session).await;
    while turn.again().await {
        let found = rows::by_node(&world.db, realm, session).await;
        let found = found.map_err(WriteError::from)?;
        let found = found.ok_or(RevokeError::Unknown(session))?;
        let event = Event::done(call, realm, way.verb(), Noun::Session)
            .subject(found.subject)
            .session(session);
        let (draft, stood) = Draft::stand(world, call, event, (session, way.change()), order);
        if let Some(recorded) = draft.ordered(world, call.now, (order, stood)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
