//! A checkpoint of the journal as it stands now.

use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_jose::SignError;
use symbolon_journal::merkle::Frontier;
use symbolon_journal::proof::Checkpoint;
use symbolon_journal::segment::head;
use symbolon_store::{Sequence, Unavailable};
use symbolon_token::time::Time;
use thiserror::Error;

/// Why there is no checkpoint.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The key does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// A signed checkpoint, for whoever asked this realm.
///
/// # Errors
/// [`CheckpointError`].
pub async fn checkpoint(
    world: &World,
    realm: &Realm,
    now: Time,
) -> Result<String, CheckpointError> {
    let (tree, text) = tree(world, realm, now).await?;
    let sequence = Sequence(i64::try_from(tree.size()).unwrap_or(i64::MAX));
    let keys = super::keys(world);
    world
        .witness
        .reached(sequence, tree.root(), keys, now)
        .await;
    Ok(text)
}

/// The tree of the whole journal, and its checkpoint.
pub(super) async fn tree(
    world: &World,
    realm: &Realm,
    now: Time,
) -> Result<(Frontier, String), CheckpointError> {
    let tree = head(&world.db).await?;
    let checkpoint = Checkpoint::new(realm.issuer.as_str(), &tree, world.db.term(), now);
    let text = checkpoint.sign(world.material.journal.signing())?;
    Ok((tree, text))
}
