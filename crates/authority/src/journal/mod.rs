//! The journal, as operators read it: backwards with filters, or forwards as it grows; sealed, verified
//! and proved.

mod checkpoint;
mod export;
mod prove;
mod retire;
mod seal;
mod search;
mod tail;
mod verify;

pub use checkpoint::{CheckpointError, checkpoint};
pub use export::export;
pub use prove::{ProofError, prove, prove_growth};
pub use retire::{retain, retire};
pub use seal::{Unsealed, seal, seal_end};
pub use search::{Found, search};
pub use tail::{Tail, tail};
pub use verify::{VerifyError, verify};

pub use symbolon_journal::archive::{ExportError, Exported, Wanted};
pub use symbolon_journal::segment::{FEWEST_DAYS, MOST_DAYS, Retention};

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
