//! Revoke a signing key: it was stolen, so nothing that it signed is believed any more. Its node
//! ends in the same unit, and a successor signs at once.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_keys::signing_key::revoke::{self, Revocation};
use symbolon_keys::signing_key::{MakeError, of_realm};
use symbolon_lineage::node::{Change, change};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SigningKeyNode};
use thiserror::Error;

use super::find::load_error;
use crate::load::MAX_CONFLICTS;
use crate::{LoadError, With, World, WriteError};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum RevokeError {
    /// The rules say no.
    #[error(transparent)]
    Rule(#[from] revoke::RevokeError),
    /// The pair of the key that replaces it was not made.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<LoadError> for RevokeError {
    fn from(error: LoadError) -> Self {
        Self::Write(error.into())
    }
}

/// Revokes a key and everything that it signed.
///
/// # Errors
/// [`RevokeError`]; nothing was written.
pub async fn revoke(
    world: &World,
    call: &Call,
    realm: RealmNode,
    (key, with): (SigningKeyNode, With<SigningKeyNode>),
) -> Result<(), RevokeError> {
    for _ in 0..MAX_CONFLICTS {
        let rows = of_realm(&world.db, realm).await.map_err(load_error)?;
        let Revocation { steps, replace } = revoke::decide(&rows, key, &world.policy, call.now)?;
        let (after, step) = change(&world.lineages, (realm, key.0), Change::End, call.now);
        let event = Event::done(call, realm, Verb::Revoke, Noun::SigningKey)
            .signing_key(key)
            .stands(after.fact(key))
            .request(call);
        let mut unit = Unit::entry(event.entry()).steps(steps).step(step);
        if let Some(successor) = replace {
            let made = super::make(world, call, successor).await?;
            let Unit { steps, entries } = super::unit(call, Verb::Create, &made);
            unit.steps.extend(steps);
            unit.entries.extend(entries);
        }
        match world.db.commit(unit.steps(with.steps(&key))).await {
            Ok(_) => return Ok(()),
            Err(CommitError::Conflict { .. }) => world.catch_up(call.now).await?,
            Err(CommitError::Unavailable(error)) => return Err(WriteError::from(error).into()),
        }
    }
    Err(WriteError::Busy.into())
}
