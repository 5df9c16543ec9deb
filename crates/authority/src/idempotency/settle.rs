//! Settle a claim: of all answers that are made of it, one is kept, and everybody gets that one.

use symbolon_identity::World;
use symbolon_store::{CommitError, Unit};
use symbolon_token::time::Time;

use super::keep::seal;
use super::recall::{RecallError, open, recall};
use super::{Answer, Attempt, rows};

/// The answer that this key has from now on: the one given here, or an earlier one.
///
/// # Errors
/// [`RecallError`]; the claim stands.
pub async fn settle(
    world: &World,
    attempt: &Attempt,
    answer: Answer,
    now: Time,
) -> Result<Answer, RecallError> {
    let Some(before) = rows::find(&world.db, attempt.realm, &attempt.digest).await? else {
        return Ok(answer);
    };
    let known = open(world, attempt, &before)?;
    if !known.is_claim() {
        return Ok(known);
    }
    let after = seal(world, attempt, &answer, now);
    let step = rows::settle(attempt.realm, &attempt.digest, (before, after));
    match world.db.commit(Unit::default().step(step)).await {
        Ok(_) => Ok(answer),
        Err(CommitError::Conflict { .. }) => {
            let known = recall(world, attempt).await?;
            Ok(known.unwrap_or(answer))
        }
        Err(CommitError::Unavailable(error)) => {
            Err(symbolon_identity::LoadError::from(error).into())
        }
    }
}
