//! Seal the journal: whatever is long or old enough.

use symbolon_identity::World;
use symbolon_journal::merkle::BLOCK;
use symbolon_journal::segment::{LONGEST, SealError, Sealed, Sealer, sealed};
use symbolon_journal::{Event, Sequence};
use symbolon_store::Unavailable;
use symbolon_token::time::Time;

/// When there is something to seal again, if nobody else does it: at whichever comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsealed {
    /// Once the journal is as long: a block is whole then, or something waits at all.
    pub place: Sequence,
    /// Once what waits is as old.
    pub at: Option<Time>,
}

/// Seals all that is due, and says when there is more. Any node may, and several at once.
///
/// # Errors
/// [`SealError`]; what was sealed so far is sealed.
pub async fn seal(world: &World, sealer: &Sealer, now: Time) -> Result<Unsealed, SealError> {
    loop {
        match sealer.seal(&world.db, super::keys(world), now).await? {
            Sealed::One(_) | Sealed::ByAnother => {}
            Sealed::Nothing => return Ok(unsealed(world).await?),
        }
    }
}

/// Seals everything, however young: what lies still has no one who watches over it.
///
/// # Errors
/// [`SealError`]; what was sealed so far is sealed.
pub async fn seal_end(world: &World, now: Time) -> Result<(), SealError> {
    let all = seal(world, &Sealer::default(), now.plus(LONGEST)).await;
    all.map(|_| ())
}

async fn unsealed(world: &World) -> Result<Unsealed, Unavailable> {
    let sealed = sealed(&world.db).await?;
    let first = Sequence(sealed.0 + 1);
    let oldest = world.db.written(first, first).await?;
    let Some(oldest) = oldest.first() else {
        let (place, at) = (first, None);
        return Ok(Unsealed { place, at });
    };
    let block = i64::try_from(BLOCK).unwrap_or(i64::MAX);
    let at = Event::decode(&oldest.bytes).ok();
    Ok(Unsealed {
        place: Sequence((sealed.0 / block + 1) * block),
        at: at.map(|event| event.at.plus(LONGEST)),
    })
}
