//! Rotate a signing key by command: announce its successor, or let it sign at once.

use symbolon_jose::Algorithm;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_keys::signing_key::rotate::{self, Rotation, When};
use symbolon_keys::signing_key::{MakeError, of_realm};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SigningKeyNode};
use thiserror::Error;

use super::find::load_error;
use crate::load::MAX_CONFLICTS;
use crate::{LoadError, With, World, WriteError};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum RotateError {
    /// The rules say no.
    #[error(transparent)]
    Rule(#[from] rotate::RotateError),
    /// The pair was not made.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<LoadError> for RotateError {
    fn from(error: LoadError) -> Self {
        Self::Write(error.into())
    }
}

/// Gives an algorithm's key a successor, and says which.
///
/// # Errors
/// [`RotateError`]; nothing was written.
pub async fn rotate(
    world: &World,
    call: &Call,
    (realm, algorithm): (RealmNode, Algorithm),
    (when, with): (When, With<SigningKeyNode>),
) -> Result<SigningKeyNode, RotateError> {
    for _ in 0..MAX_CONFLICTS {
        let rows = of_realm(&world.db, realm).await.map_err(load_error)?;
        let rotation = rotate::decide(&rows, algorithm, when, &world.policy, call.now)?;
        let (key, unit) = match rotation {
            Rotation::Make(successor) => {
                let made = super::make(world, call, successor).await?;
                (made.row.id, super::unit(call, Verb::Rotate, &made))
            }
            Rotation::Promote { key, steps } => {
                let event = Event::done(call, realm, Verb::Rotate, Noun::SigningKey)
                    .signing_key(key)
                    .name(algorithm.name())
                    .request(call);
                (key, Unit::entry(event.entry()).steps(steps))
            }
        };
        match world.db.commit(unit.steps(with.steps(&key))).await {
            Ok(_) => return Ok(key),
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Unavailable(error)) => return Err(WriteError::from(error).into()),
        }
    }
    Err(WriteError::Busy.into())
}
