//! Seal: sign the run of entries that came since the last segment.
//!
//! 1. The last segment must be one of ours, and where this process saw it last: sealing on top of a
//!    segment that somebody else wrote, or of a journal that lost some, would sign for the change.
//! 2. A run is long enough where it completes a block, or old enough.
//! 3. Its entries are read once. Where one is missing, the place is sealed as empty: whoever could stop
//!    the sealing by removing one could change all that come after.
//! 4. Tree, digests and signature become one row. Of several nodes that seal the same run one wins.
//! 5. Where nothing more is to be sealed, the witness hears how far the journal is ([`Witness`]).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use symbolon_jose::SignError;
use symbolon_store::{CommitError, Db, Sequence, Term, Unavailable, Unit, Written};
use symbolon_token::time::Time;
use thiserror::Error;

use super::{Keys, Segment, Witness, leaf_at, rows, short};
use crate::encoding;
use crate::merkle::{BLOCK, Frontier};

/// How long an entry may wait for its signature. A busy journal fills a block long before; a quiet one
/// gets at most 144 rows of about 700 bytes a day.
pub const LONGEST: Duration = Duration::from_mins(10);

/// Why nothing was sealed.
#[derive(Debug, Error)]
pub enum SealError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The last segment is not signed by any key of ours.
    #[error("the segment of entries {} to {} was not signed by this installation", first.0, last.0)]
    Unsigned {
        /// Its first entry.
        first: Sequence,
        /// Its last entry.
        last: Sequence,
    },
    /// Segments that were there are gone, or other ones.
    #[error("the journal was sealed up to entry {} before, and is not any more", last.0)]
    Lost {
        /// Where the seal had been.
        last: Sequence,
    },
    /// The key does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// What came of trying to seal.
#[derive(Debug)]
pub enum Sealed {
    /// One more segment; there may be enough for another.
    One(Box<Segment>),
    /// Another node was first; there may be enough for another.
    ByAnother,
    /// There is nothing to seal now.
    Nothing,
}

/// Seals a journal, and remembers how far this process has seen it sealed.
#[derive(Default)]
pub struct Sealer {
    seen: Mutex<Option<(Term, Segment)>>,
    witness: Witness,
}

impl Sealer {
    /// One that holds the journal against this witness before it seals, and tells it what it saw sealed.
    #[must_use]
    pub fn beside(witness: Witness) -> Self {
        Self {
            seen: Mutex::default(),
            witness,
        }
    }

    /// Seals one segment, where enough waits or what waits is old enough at this time.
    ///
    /// # Errors
    /// [`SealError`]; nothing was written.
    pub async fn seal(&self, db: &Db, keys: Keys<'_>, now: Time) -> Result<Sealed, SealError> {
        let last = rows::last(db).await?;
        self.see(db.term(), last.as_ref(), keys)?;
        if let Some(gone) = self.witness.look(db, keys, now).await? {
            return Err(SealError::Lost { last: gone.lost });
        }
        let tree = last.as_ref().map(|one| one.tree.clone());
        let tree = tree.unwrap_or_default();
        let Some((first, end)) = run(db, &tree, now).await? else {
            if let Some(last) = &last {
                self.witness.saw(db, last, keys, now).await?;
            }
            return Ok(Sealed::Nothing);
        };
        let written = rows::written(db, (first, end)).await?;
        let segment = grow(tree, (first, end), &written, keys)?;
        match db
            .commit(Unit::default().step(rows::insert(&segment)))
            .await
        {
            Ok(_) => Ok(Sealed::One(Box::new(segment))),
            Err(CommitError::Conflict { .. }) => Ok(Sealed::ByAnother),
            Err(CommitError::Unavailable(error)) => Err(error.into()),
        }
    }

    /// Step 1. A restored past, which is another term, may have lost segments.
    fn see(&self, term: Term, last: Option<&Segment>, keys: Keys<'_>) -> Result<(), SealError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, seen)) = seen.as_ref().filter(|(then, _)| *then == term) {
            let is_there = last.is_some_and(|last| {
                let same = last.tree.root() == seen.tree.root();
                last.last > seen.last || (last.last == seen.last && same)
            });
            if !is_there {
                return Err(SealError::Lost { last: seen.last });
            }
        }
        let Some(last) = last else {
            return Ok(());
        };
        if seen.as_ref().is_some_and(|(_, seen)| seen == last) {
            return Ok(());
        }
        if !last.is_signed(keys.known) {
            let (first, last) = (last.first, last.last);
            return Err(SealError::Unsigned { first, last });
        }
        *seen = Some((term, last.clone()));
        Ok(())
    }
}

/// Step 2: the first and the last entry to seal.
async fn run(
    db: &Db,
    tree: &Frontier,
    now: Time,
) -> Result<Option<(Sequence, Sequence)>, Unavailable> {
    let sealed = i64::try_from(tree.size()).unwrap_or(i64::MAX);
    let (_, head) = db.head().await?;
    let first = Sequence(sealed + 1);
    let whole = end_of_block(tree);
    if head >= whole {
        return Ok(Some((first, whole)));
    }
    if head < first {
        return Ok(None);
    }
    let oldest = rows::written(db, (first, first)).await?;
    let at = oldest.first().and_then(|one| encoding::time(&one.bytes));
    let is_old = at.is_none_or(|at| now.since(at) >= LONGEST);
    Ok(is_old.then_some((first, head)))
}

/// The last entry of the block that grows behind a tree.
pub(super) fn end_of_block(tree: &Frontier) -> Sequence {
    let end = (tree.size() / BLOCK + 1) * BLOCK;
    Sequence(i64::try_from(end).unwrap_or(i64::MAX))
}

/// Steps 3 and 4.
pub(super) fn grow(
    mut tree: Frontier,
    (first, last): (Sequence, Sequence),
    written: &[Written],
    keys: Keys<'_>,
) -> Result<Segment, SignError> {
    let before = tree.root();
    let mut digests = Vec::with_capacity(written.len() * super::DIGEST);
    let mut rows = written.iter().peekable();
    for place in first.0..=last.0 {
        let sequence = Sequence(place);
        let row = rows.next_if(|row| row.sequence == sequence);
        if row.is_none_or(|row| row.bytes.is_empty()) {
            tracing::error!(
                sequence = place,
                "an entry was removed or damaged before it was sealed"
            );
        }
        let leaf = leaf_at(sequence, row);
        digests.extend_from_slice(&short(&leaf));
        tree.push(leaf);
    }
    let times = || written.iter().filter_map(|row| encoding::time(&row.bytes));
    let mut segment = Segment {
        first,
        last,
        begins_at: times().min().unwrap_or_default(),
        ends_at: times().max().unwrap_or_default(),
        before,
        block: tree.block(),
        tree,
        digests,
        dropped: Vec::new(),
        breach: None,
        kid: String::new(),
        signature: Vec::new(),
    };
    segment.sign(keys.signing)?;
    Ok(segment)
}
