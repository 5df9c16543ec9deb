//! Upkeep: what is due from time to time, on any node, several at once as well.
//!
//! Signing keys are announced and deleted, tokens, assertions, codes and sessions that ended long ago are
//! forgotten.

use symbolon_identity::signing_key::EnsureError;
use symbolon_identity::{
    World, WriteError, access, client_assertion, code, refresh, session, signing_key,
};
use symbolon_lineage::status;
use symbolon_token::call::Call;
use thiserror::Error;

use crate::{idempotency, revocation_job};

/// Why upkeep stopped. It goes on at the next turn.
#[derive(Debug, Error)]
pub enum UpkeepError {
    /// A key was not made.
    #[error(transparent)]
    Key(#[from] EnsureError),
    /// Something was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Does what is due.
///
/// # Errors
/// [`UpkeepError`], the first that is met.
pub async fn upkeep(world: &World, call: &Call) -> Result<(), UpkeepError> {
    signing_key::schedule(world, call).await?;
    access::sweep(world, call.now).await?;
    client_assertion::sweep(world, call.now).await?;
    code::sweep(world, call.now).await?;
    refresh::sweep(world, call.now).await?;
    session::sweep(world, call.now).await?;
    idempotency::sweep(world, call.now).await?;
    revocation_job::sweep(world, call.now).await?;
    if let Some(first) = world.realms.first() {
        let floor = world.lineages.floor();
        let swept = status::sweep(&world.db, call, first.node, floor).await;
        swept.map_err(WriteError::from)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
