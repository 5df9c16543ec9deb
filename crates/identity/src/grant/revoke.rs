//! Withdraw a grant: everything that it ever gave is dead at that commit.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_token::call::Call;
use symbolon_token::node::{GrantNode, RealmNode};
use thiserror::Error;

use super::rows;
use crate::load::MAX_CONFLICTS;
use crate::{Draft, World, WriteError};

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
        let rows = [rows::end(grant), step];
        let draft = Draft::event(&event).and(Draft::steps(rows));
        if draft.applied(world, call.now).await? {
            return Ok(());
        }
    }
    Err(WriteError::Busy.into())
}
