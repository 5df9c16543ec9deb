//! Keep the answer to a request: in the unit of its deed, or apart.

use symbolon_identity::{World, WriteError};
use symbolon_store::{CommitError, Step, Unit};
use symbolon_token::time::Time;
use zeroize::Zeroizing;

use super::{Answer, Attempt, rows};

/// The step that joins the deed's unit. It conflicts where the key was answered meanwhile.
#[must_use]
pub fn keep(world: &World, attempt: &Attempt, answer: &Answer, now: Time) -> Step {
    let sealed = seal(world, attempt, answer, now);
    rows::insert(attempt.realm, &attempt.digest, sealed, now)
}

/// An answer as its row has it.
pub(super) fn seal(world: &World, attempt: &Attempt, answer: &Answer, now: Time) -> Vec<u8> {
    let mut plain = Zeroizing::new(Vec::with_capacity(34 + answer.body.len()));
    plain.extend_from_slice(&attempt.request);
    plain.extend_from_slice(&answer.status.to_be_bytes());
    plain.extend_from_slice(&answer.body);
    let seals = &world.material.seals;
    seals.seal(&attempt.place(), now, &plain, &*world.random)
}

/// Keeps the answer to a deed that changes nothing when it is done again, such as a revocation.
///
/// # Errors
/// [`WriteError`]; [`WriteError::Busy`] where the key was answered meanwhile.
pub async fn keep_apart(
    world: &World,
    attempt: &Attempt,
    answer: &Answer,
    now: Time,
) -> Result<(), WriteError> {
    let unit = Unit::default().step(keep(world, attempt, answer, now));
    match world.db.commit(unit).await {
        Ok(_) => Ok(()),
        Err(CommitError::Conflict { .. }) => Err(WriteError::Busy),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
    }
}
