//! The journal, as operators read it: backwards with filters, or forwards as it grows; sealed, verified
//! and proved.

mod checkpoint;
mod prove;
mod seal;
mod search;
mod tail;
mod verify;

pub use checkpoint::{CheckpointError, checkpoint};
pub use prove::{ProofError, prove, prove_growth};
pub use seal::seal;
pub use search::{Found, search};
pub use tail::{Tail, tail};
pub use verify::{VerifyError, verify};

/// Entries of one answer.
pub use symbolon_journal::MAX_RECORDS;

use symbolon_identity::World;
use symbolon_journal::segment::Keys;

/// The keys of the world's journal.
fn keys(world: &World) -> Keys<'_> {
    Keys {
        signing: world.material.journal.signing(),
        known: world.material.journal.known(),
    }
}
