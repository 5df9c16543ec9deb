//! What the journal gives out about itself, so that others can hold it to that: checkpoints, and proofs
//! that can be checked with nothing but a public key.

mod checkpoint;
mod document;

pub use checkpoint::Checkpoint;
pub use document::{CheckError, Checked, Document, EntryProof, GrowthProof};
