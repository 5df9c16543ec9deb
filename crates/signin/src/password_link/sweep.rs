//! Sweep: forget links that nobody can use any more.

use std::time::Duration;

use symbolon_identity::{World, WriteError};
use symbolon_store::Unit;
use symbolon_token::time::Time;

use super::rows;

/// How long after its end a link is kept: a clock that is an hour ahead kills none that lives.
const GRACE: Duration = Duration::from_hours(2);

/// Forgets what expired, spent or not. Where there is nothing, nothing is written: this is called
/// every minute, and a commit costs a disk flush.
///
/// # Errors
/// [`WriteError`].
pub async fn sweep(world: &World, now: Time) -> Result<(), WriteError> {
    let before = now.minus(GRACE);
    if rows::has_old(&world.db, before).await? {
        let unit = Unit::default().step(rows::sweep(before));
        world.db.commit(unit).await?;
    }
    Ok(())
}
