//! Forget what ended long ago: the loop that every noun with rows of its own shares.

use std::time::Duration;

use symbolon_store::{Step, Unit};
use symbolon_token::time::Time;

use crate::{LoadError, World, WriteError};

/// How long after its end something is kept: a clock that is an hour ahead must not kill the living.
const GRACE: Duration = Duration::from_hours(2);

/// Units of one turn, each of some thousand rows, so that other writers wait for none of them long.
const MAX_UNITS: usize = 500;

/// Forgets what ended before the grace began, unit by unit, as long as there is something.
///
/// # Errors
/// [`WriteError`].
pub(crate) async fn forget<F>(
    world: &World,
    now: Time,
    has_old: impl Fn(Time) -> F,
    steps: impl Fn(Time) -> Vec<Step>,
) -> Result<(), WriteError>
where
    F: Future<Output = Result<bool, LoadError>>,
{
    let before = now.minus(GRACE);
    for _ in 0..MAX_UNITS {
        if !has_old(before).await? {
            break;
        }
        let unit = Unit::default().steps(steps(before));
        world.db.commit(unit).await?;
    }
    Ok(())
}
