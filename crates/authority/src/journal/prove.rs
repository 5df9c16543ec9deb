//! Proofs out of the journal: of an entry, and that it only grew since a checkpoint.

use serde_json::{Value, json};
use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_jose::VerifyError;
use symbolon_journal::Event;
use symbolon_journal::proof::{Checkpoint, EntryProof, GrowthProof};
use symbolon_journal::segment::{ProveError, consistent, prove as path_of};
use symbolon_store::Sequence;
use symbolon_token::time::Time;
use thiserror::Error;

use super::CheckpointError;
use super::checkpoint::tree;

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProofError {
    /// There is no path.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The checkpoint that it is to lead to was not made.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint that was given is none of ours.
    #[error("this is no checkpoint of this journal: {0}")]
    Foreign(#[from] VerifyError),
}

/// Proves an entry of this realm. Another realm's entries are unknown here.
///
/// # Errors
/// [`ProofError`].
pub async fn prove(
    world: &World,
    realm: &Realm,
    sequence: Sequence,
    now: Time,
) -> Result<EntryProof, ProofError> {
    let (tree, checkpoint) = tree(world, realm, now).await?;
    let proved = path_of(&world.db, &tree, sequence).await?;
    // What cannot be read, such as an entry of a newer version, may be another realm's.
    let event = Event::decode(&proved.written.bytes);
    if !event.is_ok_and(|event| event.realm == realm.node) {
        return Err(ProveError::Unknown { sequence }.into());
    }
    Ok(EntryProof::new(&proved, checkpoint, keys(world)))
}

/// Proves that the journal of a checkpoint is the beginning of the journal now.
///
/// # Errors
/// [`ProofError`].
pub async fn prove_growth(
    world: &World,
    realm: &Realm,
    since: &str,
    now: Time,
) -> Result<GrowthProof, ProofError> {
    let old = Checkpoint::read(since, world.material.journal.known(), now)?;
    let (tree, checkpoint) = tree(world, realm, now).await?;
    let path = consistent(&world.db, &tree, Sequence(old.sequence)).await?;
    let since = since.trim().to_owned();
    Ok(GrowthProof::new(&path, (since, checkpoint), keys(world)))
}

fn keys(world: &World) -> Value {
    json!(world.material.journal.jwks())
}
