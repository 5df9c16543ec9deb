//! Sweep: forget jobs that came to their end long ago. The journal remembers them.

use std::time::Duration;

use symbolon_identity::{World, WriteError};
use symbolon_store::Unit;
use symbolon_token::time::Time;

use super::rows;

/// How long a job that has ended can be asked about.
const RETENTION: Duration = Duration::from_hours(30 * 24);

/// Forgets them. Where there is none, nothing is written.
///
/// # Errors
/// [`WriteError`].
pub async fn sweep(world: &World, now: Time) -> Result<(), WriteError> {
    let before = now.minus(RETENTION);
    if !rows::has_old(&world.db, before).await? {
        return Ok(());
    }
    let unit = Unit::default().step(rows::sweep(before));
    world.db.commit(unit).await?;
    Ok(())
}
