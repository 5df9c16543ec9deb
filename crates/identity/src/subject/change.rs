//! Disable a subject, enable it again, or end it: what descends from it is refused, accepted again,
//! or dead for good, at that commit.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SubjectNode};
use thiserror::Error;

use super::rows;
use crate::load::MAX_CONFLICTS;
use crate::{World, WriteError};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// There is no such subject, or it has ended.
    #[error("there is no subject {0} in this realm")]
    Unknown(SubjectNode),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Its tokens are refused until it is enabled.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn disable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), ChangeError> {
    apply(world, call, (realm, subject), Change::Disable).await
}

/// Its tokens that have not expired are accepted again.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn enable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), ChangeError> {
    apply(world, call, (realm, subject), Change::Enable).await
}

/// It and its tokens are dead for good.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn end(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), ChangeError> {
    apply(world, call, (realm, subject), Change::End).await
}

async fn apply(
    world: &World,
    call: &Call,
    (realm, node): (RealmNode, SubjectNode),
    what: Change,
) -> Result<(), ChangeError> {
    for _ in 0..MAX_CONFLICTS {
        let subject = rows::find(&world.db, realm, node).await;
        let subject = subject.map_err(WriteError::from)?;
        let subject = subject.ok_or(ChangeError::Unknown(node))?;
        let (after, step) = change(&world.lineages, (realm, node.0), what, call.now);
        let verb = match what {
            Change::Revoke => Verb::Revoke,
            Change::Disable => Verb::Disable,
            Change::Enable => Verb::Enable,
            Change::End => Verb::End,
        };
        let mut event = Event::done(call, realm, verb, Noun::Subject)
            .subject(node)
            .stands(after.fact(node))
            .request(call);
        if let Some(client) = subject.client {
            event = event.client(client);
        }
        let mut unit = Unit::entry(event.entry()).step(step);
        if what == Change::End {
            unit = unit.step(rows::end(realm, node, call.now));
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
