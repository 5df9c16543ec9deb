//! Withdraw a grant: everything that it ever gave is dead at that commit.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{GrantNode, RealmNode};
use thiserror::Error;

use super::rows;
use crate::load::MAX_CONFLICTS;
use crate::{World, WriteError};

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
    for _ in 0..MAX_CONFLICTS {
        let found = rows::by_node(&world.db, realm, grant).await;
        let found = found.map_err(WriteError::from)?;
        let found = found.ok_or(RevokeError::Unknown(grant))?;
        let (after, step) = change(&world.lineages, (realm, grant.0), Change::End, call.now);
        let event = Event::done(call, realm, Verb::End, Noun::Grant)
            .subject(found.subject)
            .client(found.client)
            .grant(grant)
            .stands(after.fact(grant))
            .reason(reason)
            .request(call);
        let unit = Unit::entry(event.entry())
            .step(rows::end(grant, call.now))
            .step(step);
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
