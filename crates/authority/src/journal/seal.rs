//! Seal the journal: whatever is long or old enough.

use symbolon_identity::World;
use symbolon_journal::segment::{LONGEST, SealError, Sealed, Sealer};
use symbolon_token::time::Time;

/// Seals all that is due. Any node may, and several at once.
///
/// # Errors
/// [`SealError`]; what was sealed so far is sealed.
pub async fn seal(world: &World, sealer: &Sealer, now: Time) -> Result<(), SealError> {
    loop {
        match sealer.seal(&world.db, super::keys(world), now).await? {
            Sealed::One(_) | Sealed::ByAnother => {}
            Sealed::Nothing => return Ok(()),
        }
    }
}

/// Seals everything, however young: what lies still has no one who watches over it.
///
/// # Errors
/// [`SealError`]; what was sealed so far is sealed.
pub async fn seal_end(world: &World, now: Time) -> Result<(), SealError> {
    let sealer = Sealer::beside(world.witness.clone());
    seal(world, &sealer, now.plus(LONGEST)).await
}
