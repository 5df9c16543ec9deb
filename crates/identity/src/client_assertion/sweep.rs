//! Sweep: forget assertions that ended long ago, and remember that it was done.

use std::time::Duration;

use symbolon_store::{CommitError, Unit};
use symbolon_token::time::Time;

use super::rows;
use crate::{World, WriteError};

/// How long after its end an assertion is remembered: a clock that is an hour ahead must not refuse
/// what is still good.
const GRACE: Duration = Duration::from_hours(2);

/// Forgets what ended before the grace began.
///
/// # Errors
/// [`WriteError`].
pub async fn sweep(world: &World, now: Time) -> Result<(), WriteError> {
    let unit = Unit::default().steps(rows::sweep(now.minus(GRACE)));
    match world.db.commit(unit).await {
        Ok(_) | Err(CommitError::Conflict { .. }) => Ok(()),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
    }
}
