//! What an operator does to a password: disable it, enable it again, or end it.

use symbolon_identity::{LoadError, MAX_CONFLICTS, World, WriteError, logout};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SubjectNode};
use thiserror::Error;

use super::{Password, rows};
use crate::password_link;

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum EndError {
    /// There is no password.
    #[error("subject {0} has no password")]
    Unknown(SubjectNode),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A subject's live password; a disabled one lives.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Password>, LoadError> {
    rows::live(&world.db, realm, subject).await
}

/// Nobody signs in with it, and what descends from it is refused, until it is enabled.
///
/// # Errors
/// [`EndError`]; nothing was written.
pub async fn disable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), EndError> {
    apply(world, call, (realm, subject), Change::Disable).await
}

/// It can be used again, and what descends from it is accepted again.
///
/// # Errors
/// [`EndError`]; nothing was written.
pub async fn enable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), EndError> {
    apply(world, call, (realm, subject), Change::Enable).await
}

/// It and what descends from it are dead for good.
///
/// # Errors
/// [`EndError`]; nothing was written.
pub async fn end(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), EndError> {
    apply(world, call, (realm, subject), Change::End).await
}

async fn apply(
    world: &World,
    call: &Call,
    (realm, subject): (RealmNode, SubjectNode),
    what: Change,
) -> Result<(), EndError> {
    for _ in 0..MAX_CONFLICTS {
        let password = rows::live(&world.db, realm, subject).await;
        let password = password.map_err(WriteError::from)?;
        let password = password.ok_or(EndError::Unknown(subject))?;
        let node = (realm, password.node.0);
        let (after, step) = change(&world.lineages, node, what, call.now);
        let verb = match what {
            Change::Revoke => Verb::Revoke,
            Change::Disable => Verb::Disable,
            Change::Enable => Verb::Enable,
            Change::End => Verb::End,
        };
        let event = Event::done(call, realm, verb, Noun::Password)
            .subject(subject)
            .authenticator(password.node)
            .stands(after.fact(password.node))
            .request(call);
        let mut unit = Unit::entry(event.entry()).step(step);
        if what == Change::End {
            unit = unit.step(rows::end(password.node, call.now));
        }
        if what != Change::Enable {
            // Nor may a link that was given out before set another one.
            unit = unit
                .steps(logout::announce_all((realm, subject), call.now))
                .step(password_link::none(realm, subject));
        }
        match world.db.commit(unit).await {
            Ok(_) => return Ok(()),
            Err(CommitError::Conflict { .. }) => {
                world.catch_up(call.now).await.map_err(WriteError::from)?;
            }
            Err(CommitError::Unavailable(error)) => return Err(WriteError::from(error).into()),
        }
    }
    Err(WriteError::Busy.into())
}
