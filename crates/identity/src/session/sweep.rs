//! Sweep: forget sessions that ended long ago. What is forgotten is unknown, and so over.

use symbolon_token::time::Time;

use super::rows;
use crate::sweep::forget;
use crate::{World, WriteError, logout};

/// Forgets what ended before the grace began.
///
/// # Errors
/// [`WriteError`].
pub async fn sweep(world: &World, now: Time) -> Result<(), WriteError> {
    let has_old = |before| rows::has_old(&world.db, before);
    let steps = |before| vec![logout::sweep(before), rows::sweep(before)];
    forget(world, now, has_old, steps).await
}
