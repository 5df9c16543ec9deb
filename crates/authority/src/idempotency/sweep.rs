//! Sweep: forget answers that nobody will ask for again.

use symbolon_identity::{World, WriteError};
use symbolon_store::Unit;
use symbolon_token::time::Time;

use super::{RETENTION, rows};

/// Forgets what was answered longer ago than [`RETENTION`]. Where there is nothing, nothing is
/// written: this is called every minute, and a commit costs a disk flush.
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
