//! Ensure that a realm has a key of an algorithm: its first one is made when a resource or client
//! first needs it, and is active at once.

use std::sync::Arc;

use symbolon_jose::Algorithm;
use symbolon_journal::Verb;
use symbolon_keys::ring::ActiveKey;
use symbolon_keys::signing_key::{MakeError, create, of_realm};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::{Actor, Call};
use symbolon_token::node::RealmNode;
use thiserror::Error;

use super::find::{load_error, ring};
use crate::encryption::RecipientError;
use crate::load::MAX_CONFLICTS;
use crate::{LoadError, World, WriteError};

/// Why there is no key.
#[derive(Debug, Error)]
pub enum EnsureError {
    /// The algorithm has no key pairs, or the pair was not made.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A realm does not sign with this algorithm.
    #[error(transparent)]
    Create(#[from] create::CreateError),
}

/// Why something that a realm signs was not signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// No key to sign with.
    #[error(transparent)]
    Key(#[from] EnsureError),
    /// The library did not sign.
    #[error(transparent)]
    Sign(#[from] symbolon_jose::SignError),
    /// It cannot be encrypted for whom it is meant.
    #[error(transparent)]
    Recipient(#[from] RecipientError),
}

impl SignError {
    /// The database does not answer, or is too busy: asking again later may help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Key(error) => error.is_temporary(),
            Self::Recipient(error) => error.is_temporary(),
            Self::Sign(_) => false,
        }
    }
}

impl EnsureError {
    /// The database does not answer, or is too busy: asking again later may help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Write(error) => error.is_temporary(),
            Self::Make(_) | Self::Create(_) => false,
        }
    }
}

impl From<LoadError> for EnsureError {
    fn from(error: LoadError) -> Self {
        Self::Write(error.into())
    }
}

/// The key that signs with this algorithm now; made, where there is none.
///
/// # Errors
/// [`EnsureError`].
pub async fn ensure(
    world: &World,
    call: &Call,
    realm: RealmNode,
    algorithm: Algorithm,
) -> Result<Arc<ActiveKey>, EnsureError> {
    if let Some(key) = signer(world, call, realm, algorithm).await? {
        return Ok(key);
    }
    let _turn = world.rings.making.lock().await;
    for _ in 0..=MAX_CONFLICTS {
        if let Some(key) = signer(world, call, realm, algorithm).await? {
            return Ok(key);
        }
        let unit = match first(world, call, realm, algorithm).await {
            Ok(unit) => unit,
            // Another node has made it, and this one has not heard of it yet.
            Err(EnsureError::Create(create::CreateError::Exists { .. })) => {
                world.catch_up(call.now).await?;
                continue;
            }
            Err(other) => return Err(other),
        };
        match world.db.commit(unit).await {
            Ok(_) => {}
            Err(CommitError::Conflict { .. }) => world.catch_up(call.now).await?,
            Err(CommitError::Unavailable(error)) => return Err(WriteError::from(error).into()),
        }
    }
    Err(WriteError::Busy.into())
}

async fn signer(
    world: &World,
    call: &Call,
    realm: RealmNode,
    algorithm: Algorithm,
) -> Result<Option<Arc<ActiveKey>>, LoadError> {
    let keys = ring(world, realm).await?;
    Ok(keys.signer(algorithm, call.now))
}

/// The unit that gives a realm its first key of an algorithm.
///
/// # Errors
/// [`EnsureError`].
pub async fn first(
    world: &World,
    call: &Call,
    realm: RealmNode,
    algorithm: Algorithm,
) -> Result<Unit, EnsureError> {
    let rows = of_realm(&world.db, realm).await.map_err(load_error)?;
    let successor = create::decide(&rows, realm, algorithm, call.now)?;
    let made = super::make(world, call, successor).await?;
    Ok(super::unit(&call.by(Actor::System), Verb::Create, &made))
}
