//! End a session (sign out): it and what descends from it is dead at that commit, and the clients
//! that asked for it are told.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::Change;
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SessionNode, SubjectNode};
use thiserror::Error;

use super::{Session, rows};
use crate::{Draft, LoadError, Order, Recorded, Revoked, World, WriteError, logout};

/// Sessions of one person that are read at once.
const PAGE: u32 = 1000;

/// Why nothing ended.
#[derive(Debug, Error)]
pub enum RevokeError {
    /// There is no such session, or it has ended.
    #[error("there is no session {0} in this realm, or it has ended")]
    Unknown(SessionNode),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Ends one session.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke(
    world: &World,
    call: &Call,
    realm: RealmNode,
    (session, reason): (SessionNode, &str),
) -> Result<(), RevokeError> {
    let order = Order::because(reason);
    let done = revoke_ordered(world, call, (realm, session), &order).await;
    done.map(|_| ())
}

/// Ends one session, as it was ordered.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke_ordered(
    world: &World,
    call: &Call,
    (realm, session): (RealmNode, SessionNode),
    order: &Order<'_>,
) -> Result<Recorded, RevokeError> {
    let mut turn = world.turn(session).await;
    while turn.again().await {
        let found = rows::by_node(&world.db, realm, session).await;
        let found = found.map_err(WriteError::from)?;
        let found = found.ok_or(RevokeError::Unknown(session))?;
        let (draft, revoked) = draft(world, call, &found, order);
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}

/// Ends every session of a person; says how many.
///
/// # Errors
/// [`WriteError`]; some may have ended.
pub async fn revoke_all(
    world: &World,
    call: &Call,
    (realm, subject): (RealmNode, SubjectNode),
    reason: &str,
) -> Result<usize, WriteError> {
    let (mut ended, mut after) = (0, None);
    loop {
        let page = (PAGE, call.now);
        let found = rows::of_subject(&world.db, (realm, subject), after, page).await?;
        for session in &found {
            match revoke(world, call, realm, (session.node, reason)).await {
                Ok(()) => ended += 1,
                Err(RevokeError::Unknown(_)) => {}
                Err(RevokeError::Write(error)) => return Err(error),
            }
        }
        after = match found.last() {
            Some(last) => Some(last.node),
            None => return Ok(ended),
        };
    }
}

/// What ends a session, for a unit that the caller commits; nothing for one that has ended. Its journal
/// entry is the first.
///
/// # Errors
/// [`LoadError`].
pub async fn ending(
    world: &World,
    call: &Call,
    (realm, session): (RealmNode, SessionNode),
    order: &Order<'_>,
) -> Result<Option<Draft>, LoadError> {
    let found = rows::by_node(&world.db, realm, session).await?;
    Ok(found.map(|found| draft(world, call, &found, order).0))
}

/// What ends a session.
pub(super) fn draft(
    world: &World,
    call: &Call,
    session: &Session,
    order: &Order<'_>,
) -> (Draft, Revoked) {
    let event = Event::done(call, session.realm, Verb::End, Noun::Session)
        .subject(session.subject)
        .session(session.node);
    let (draft, revoked) = Draft::stand(world, call, event, (session.node, Change::End), order);
    let own = [rows::end(session.node, call.now)].into_iter();
    let news = logout::announce(session, call.now);
    (draft.and(Draft::steps(own.chain(news))), revoked)
}
