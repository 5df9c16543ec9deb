//! Redeem an assertion: its `jti` is good for one use (RFC 7523 §3, point 7).
//!
//! One conditional write: of 64 at once, one succeeds. What was swept away is refused by the floor,
//! so that a clock which steps back makes nothing good again.

use aws_lc_rs::digest::{SHA256, digest};
use symbolon_store::{CommitError, Unavailable, Unit};
use symbolon_token::node::ClientNode;
use symbolon_token::time::Time;
use thiserror::Error;

use super::rows;
use crate::{LoadError, World};

/// Why it was not redeemed.
#[derive(Debug, Error)]
pub enum RedeemError {
    /// It was used before, or ended before what is remembered.
    #[error("this assertion was used before; make a new one with a jti of its own")]
    Spent,
    /// It could not be read or written.
    #[error(transparent)]
    Load(#[from] LoadError),
}

impl From<Unavailable> for RedeemError {
    fn from(error: Unavailable) -> Self {
        Self::Load(error.into())
    }
}

/// Spends an assertion.
///
/// # Errors
/// [`RedeemError`].
pub async fn redeem(
    world: &World,
    client: ClientNode,
    jti: &str,
    expires_at: Time,
) -> Result<(), RedeemError> {
    let mut jti_digest = [0; 32];
    jti_digest.copy_from_slice(digest(&SHA256, jti.as_bytes()).as_ref());
    let unit = Unit::default().step(rows::spend(client, &jti_digest, expires_at));
    match world.db.commit(unit).await {
        Ok(_) => Ok(()),
        Err(CommitError::Conflict { .. }) => Err(RedeemError::Spent),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
    }
}
