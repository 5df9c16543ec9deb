//! Sweep: forget answers that nobody will ask for again.

use symbolon_identity::{World, WriteError};
use symbolon_store::Unit;
use symbolon_token::time::Time;

use super::{RETENTION, rows};

/// Forgets what was answered longer ago than [`RETENTION`].
///
/// # Errors
/// [`WriteError`].
pub async fn sweep(world: &World, now: Time) -> Result<(), WriteError> {
    let unit = Unit::default().step(rows::sweep(now.minus(RETENTION)));
    world.db.commit(unit).await?;
    Ok(())
}
