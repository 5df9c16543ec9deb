//! Prove: that an entry is in the tree of a checkpoint, and that one checkpoint's tree is the beginning
//! of another's (RFC 6962 §2.1.1 and §2.1.2).

use symbolon_store::{Db, Sequence, Unavailable, Written};
use thiserror::Error;

use super::rows;
use super::tree::Hashes;
use crate::merkle::{Frontier, Hash, Range, consistency, inclusion, is_included, leaf};

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The journal does not go that far.
    #[error("there is no entry {} in this journal", sequence.0)]
    Unknown {
        /// What was asked for.
        sequence: Sequence,
    },
    /// The entry, or another that its proof needs, is not what was sealed.
    #[error("the journal was changed near entry {}; run symbolon journal verify", sequence.0)]
    Changed {
        /// What was asked for.
        sequence: Sequence,
    },
    /// What it takes was dropped after its retention; an export still has it.
    #[error("entry {} was dropped; an export of its segment still proves it", sequence.0)]
    Dropped {
        /// What was asked for.
        sequence: Sequence,
    },
}

/// An entry, and the path that proves it.
#[derive(Debug)]
pub struct Proved {
    /// The entry.
    pub written: Written,
    /// The hashes beside its way to the root, the nearest first.
    pub path: Vec<Hash>,
}

/// Proves an entry to be in the tree of the journal.
///
/// # Errors
/// [`ProveError`].
pub async fn prove(db: &Db, tree: &Frontier, sequence: Sequence) -> Result<Proved, ProveError> {
    let size = tree.size();
    let index = u64::try_from(sequence.0.saturating_sub(1)).ok();
    let index = index.filter(|index| *index < size);
    let index = index.ok_or(ProveError::Unknown { sequence })?;
    let rows = rows::written(db, (sequence, sequence)).await?;
    let written = rows.into_iter().next();
    let written = written.ok_or(ProveError::Dropped { sequence })?;
    let path = hashes(db, &inclusion(index, size)).await?;
    let path = path.ok_or(ProveError::Dropped { sequence })?;
    let leaf = leaf(sequence, written.followed, &written.bytes);
    if !is_included((index, &leaf), &path, (size, &tree.root())) {
        return Err(ProveError::Changed { sequence });
    }
    Ok(Proved { written, path })
}

/// Proves that the tree of the entries up to `old` is the beginning of the journal's.
///
/// # Errors
/// [`ProveError`].
pub async fn consistent(db: &Db, tree: &Frontier, old: Sequence) -> Result<Vec<Hash>, ProveError> {
    let size = u64::try_from(old.0).ok();
    let size = size.filter(|size| *size <= tree.size() && *size > 0);
    let size = size.ok_or(ProveError::Unknown { sequence: old })?;
    let path = hashes(db, &consistency(size, tree.size())).await?;
    path.ok_or(ProveError::Dropped { sequence: old })
}

async fn hashes(db: &Db, ranges: &[Range]) -> Result<Option<Vec<Hash>>, Unavailable> {
    let at_hand = Hashes::read(db, ranges).await?;
    Ok(ranges.iter().map(|range| at_hand.of(*range)).collect())
}
