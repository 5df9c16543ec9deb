//! Sweep: forget families that ended long ago. What is forgotten is unknown, and so dead.

use symbolon_token::time::Time;

use super::rows;
use crate::sweep::forget;
use crate::{World, WriteError};

/// Forgets what ended before the grace began.
///
/// # Errors
/// [`WriteError`].
pub async fn sweep(world: &World, now: Time) -> Result<(), WriteError> {
    let has_old = |before| rows::has_old(&world.db, before);
    forget(world, now, has_old, |before| vec![rows::sweep(before)]).await
}
