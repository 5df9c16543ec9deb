//! Sweep: forget assertions that ended long ago, and remember that it was done.

use std::time::Duration;

use symbolon_store::Unit;
use symbolon_token::time::Time;

use super::rows;
use crate::{World, WriteError};

/// How long after its end an assertion is remembered: a clock that is an hour ahead must not refuse
/// what is still good.
const GRACE: Duration = Duration::from_hours(2);

/// Units of one turn, each of some thousand rows, so that other writers wait for none of them long.
const MAX_UNITS: usize = 500;

/// Forgets what ended before the grace began.
///
/// # Errors
/// [`WriteError`].
pub async fn sweep(world: &World, now: Time) -> Result<(), WriteError> {
    let before = now.minus(GRACE);
    for _ in 0..MAX_UNITS {
        if !rows::has_old(&world.db, before).await? {
            break;
        }
        let unit = Unit::default().steps(rows::sweep(before));
        world.db.commit(unit).await?;
    }
    Ok(())
}
