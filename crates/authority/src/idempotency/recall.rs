//! Recall the answer to a request that was done before.

use symbolon_identity::{LoadError, World};
use thiserror::Error;

use super::{Answer, Attempt, rows};

/// Why no answer is known.
#[derive(Debug, Error)]
pub enum RecallError {
    /// The key was used for something else.
    #[error("this Idempotency-Key was used for another request; make a new key for each deed")]
    OtherRequest,
    /// It could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// What was answered to this request, if it was done.
///
/// # Errors
/// [`RecallError`].
pub async fn recall(world: &World, attempt: &Attempt) -> Result<Option<Answer>, RecallError> {
    let Some(sealed) = rows::find(&world.db, attempt.realm, &attempt.digest).await? else {
        return Ok(None);
    };
    open(world, attempt, &sealed).map(Some)
}

/// What stands in a row.
pub(super) fn open(world: &World, attempt: &Attempt, sealed: &[u8]) -> Result<Answer, RecallError> {
    let plain = world.material.seals.open(&attempt.place(), sealed);
    let plain = plain.map_err(|_| LoadError::Seal("idempotency.answer"))?;
    let (request, rest) = plain
        .split_first_chunk::<32>()
        .ok_or(LoadError::Value("idempotency.answer"))?;
    let (status, body) = rest
        .split_first_chunk::<2>()
        .ok_or(LoadError::Value("idempotency.answer"))?;
    if *request != attempt.request {
        return Err(RecallError::OtherRequest);
    }
    Ok(Answer {
        status: u16::from_be_bytes(*status),
        body: body.to_vec(),
    })
}
