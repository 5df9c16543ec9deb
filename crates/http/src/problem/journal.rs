//! What the journal's checkpoints and proofs say when there are none.

use symbolon_authority::journal::{CheckpointError, ProofError};
use symbolon_journal::segment::ProveError;

use super::Problem;

impl From<CheckpointError> for Problem {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Unavailable(_) => Self::unavailable(error),
            CheckpointError::Sign(_) => Self::internal(error),
        }
    }
}

impl From<ProofError> for Problem {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Prove(ProveError::Unavailable(_)) => Self::unavailable(error),
            ProofError::Prove(ProveError::Unknown { .. }) => {
                Self::not_found("entry_unknown", error.to_string())
            }
            ProofError::Prove(ProveError::Dropped { .. }) => {
                Self::conflict("entry_dropped", error.to_string())
            }
            ProofError::Prove(ProveError::Changed { .. }) => {
                Self::conflict("journal_changed", error.to_string())
            }
            ProofError::Checkpoint(error) => error.into(),
            ProofError::Foreign(_) => Self::bad("checkpoint_foreign", error.to_string()),
        }
    }
}
