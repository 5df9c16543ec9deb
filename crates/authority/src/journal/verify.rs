//! Verify the journal, also against what was given out: checkpoints and receipts of revocations.

use symbolon_identity::{LoadError, World};
use symbolon_journal::proof::Checkpoint;
use symbolon_journal::segment::{Claim, Finding, Report, Retention, verify as walk};
use symbolon_store::Unavailable;
use symbolon_token::time::Time;
use thiserror::Error;

use crate::revocation;

/// Why the journal was not verified.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The keys that receipts are signed with cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// What it was to be held against is not by us.
    #[error(
        "this is neither a checkpoint of this journal nor a receipt that a key of this installation \
         signed"
    )]
    Foreign,
}

/// Walks through the whole journal and holds it against these texts, and against what this machine's
/// witness saw of it.
///
/// # Errors
/// [`VerifyError`].
pub async fn verify(world: &World, against: &[String], now: Time) -> Result<Report, VerifyError> {
    let mut claims = Vec::with_capacity(against.len());
    for text in against {
        claims.push(claim(world, text, now).await?);
    }
    let keys = super::keys(world);
    // Restores and acknowledged breaks that the witness has not heard of yet.
    world.witness.look(&world.db, keys, now).await?;
    claims.extend(world.witness.claims(keys.known).await);
    let report = walk(&world.db, keys.known, &claims).await?;
    let retention = Retention::read(&world.db, keys.known).await?;
    if !world
        .witness
        .holds(&world.db, &retention, keys, now)
        .await?
    {
        return Ok(report.and(Finding::RetentionLost));
    }
    if let Some(root) = report.root().filter(|_| report.findings.is_empty()) {
        world.witness.reached(report.head, root, keys, now).await;
    }
    Ok(report)
}

async fn claim(world: &World, text: &str, now: Time) -> Result<Claim, VerifyError> {
    let checkpoint = Checkpoint::read(text, world.material.journal.known(), now);
    if let Some(claim) = checkpoint.ok().and_then(|one| one.claim()) {
        return Ok(claim);
    }
    let claim = revocation::claim(world, text.trim(), now).await?;
    claim.ok_or(VerifyError::Foreign)
}
