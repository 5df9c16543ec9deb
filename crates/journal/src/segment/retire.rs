//! Retire: drop entries whose retention has passed, so that the journal's growth has a bound.
//!
//! 1. A segment is looked at when its earliest entry may be due. It must be signed, and its rows what
//!    was sealed: what somebody changed is evidence, and stays.
//! 2. An entry of a realm whose retention has passed is deleted; its leaf's hash goes into the
//!    segment's row, so that the tree, and every proof of the others, stays as it was.
//! 3. Once all entries of a segment and of all before it are gone, the hashes go too, and the roots
//!    stay.
//! 4. The segment is signed anew with the deletion, in one unit: a row that is missing without it was
//!    removed by somebody else.

use symbolon_jose::SignError;
use symbolon_store::{CommitError, Db, Sequence, Unavailable, Unit, Written};
use symbolon_token::time::Time;
use thiserror::Error;

use super::retention::{Retention, days};
use super::{Keys, Segment, place, rows, short};
use crate::encoding;
use crate::merkle::leaf;

/// Runs of entries that one unit deletes, each by a statement.
const MAX_RUNS: usize = 256;

/// When to look again at a segment of which nothing more is to be had now, in days.
const LATER: i64 = 1;

/// Why nothing was dropped.
#[derive(Debug, Error)]
pub enum RetireError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Somebody changed the segment or its entries.
    #[error("entries {} to {} are not what was sealed, and stay", first.0, last.0)]
    Changed {
        /// The segment's first entry.
        first: Sequence,
        /// Its last entry.
        last: Sequence,
    },
    /// How long entries are kept was written by somebody else, or set back.
    #[error(
        "how long entries are kept was not set by this installation, or set back: what it concerns \
         stays; run symbolon journal verify"
    )]
    Retention,
    /// The key does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// What came of looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retired {
    /// So many entries of a segment were dropped; there may be another one.
    Entries(usize),
    /// No segment is due.
    Nothing,
}

/// Looks at the segment that is due first, and drops what is to be dropped of it.
///
/// # Errors
/// [`RetireError`].
pub async fn retire(
    db: &Db,
    keys: Keys<'_>,
    retention: &Retention,
    now: Time,
) -> Result<Retired, RetireError> {
    let Some(segment) = rows::due(db, now).await? else {
        return Ok(Retired::Nothing);
    };
    let written = rows::written(db, (segment.first, segment.last)).await?;
    if !segment.is_signed(keys.known) || !is_sealed(&segment, &written) {
        let later = now.plus(days(LATER));
        write(db, Unit::default().step(rows::postpone(&segment, later))).await?;
        let (first, last) = (segment.first, segment.last);
        return Err(RetireError::Changed { first, last });
    }
    let (due, next) = judge(&written, retention, now);
    let mut after = segment.clone();
    for row in &due {
        let offset = u16::try_from(row.sequence.0 - segment.first.0).unwrap_or(u16::MAX);
        let leaf = leaf(row.sequence, row.followed, &row.bytes);
        after.dropped.push((offset, leaf));
    }
    after.dropped.sort_by_key(|(offset, _)| *offset);
    let is_empty = after.dropped.len() == after.count();
    let is_gone = is_empty && rows::is_oldest(db, segment.first).await?;
    if is_gone {
        after.digests.clear();
        after.dropped.clear();
    }
    after.sign(keys.signing)?;
    let next = if is_gone { None } else { Some(next.max(now)) };
    let mut unit = Unit::default().step(rows::retire(&after, &segment.signature, next));
    for run in runs(&due) {
        unit = unit.step(rows::delete(run));
    }
    write(db, unit).await?;
    Ok(Retired::Entries(due.len()))
}

/// Another node that was first is as good.
async fn write(db: &Db, unit: Unit) -> Result<(), Unavailable> {
    match db.commit(unit).await {
        Ok(_) | Err(CommitError::Conflict { .. }) => Ok(()),
        Err(CommitError::Unavailable(error)) => Err(error),
    }
}

/// Step 1.
fn is_sealed(segment: &Segment, written: &[Written]) -> bool {
    let as_sealed = |row: &Written| {
        let leaf = leaf(row.sequence, row.followed, &row.bytes);
        place::sealed(segment, row.sequence) == Some(short(&leaf))
    };
    written.len() + segment.dropped.len() == segment.count() && written.iter().all(as_sealed)
}

/// Which entries are to be dropped now, and when the next one is.
fn judge<'w>(written: &'w [Written], retention: &Retention, now: Time) -> (Vec<&'w Written>, Time) {
    let mut due: Vec<&Written> = Vec::new();
    let mut next = now.plus(days(LATER));
    let mut soonest: Option<Time> = None;
    let mut count = 0;
    for row in written {
        // What this version cannot read is a newer one's, and that one will drop it.
        let ends = encoding::head(&row.bytes).map(|(at, realm)| retention.ends(realm, at));
        let Ok(ends) = ends else {
            continue;
        };
        if ends > now {
            soonest = Some(soonest.map_or(ends, |one| one.min(ends)));
            continue;
        }
        let goes_on = due
            .last()
            .is_some_and(|last| last.sequence.0 + 1 == row.sequence.0);
        count += usize::from(!goes_on);
        if count > MAX_RUNS {
            return (due, now);
        }
        due.push(row);
    }
    if let Some(soonest) = soonest {
        next = soonest;
    }
    (due, next)
}

/// First and last of each run.
fn runs(due: &[&Written]) -> Vec<(Sequence, Sequence)> {
    let runs = due.chunk_by(|one, next| one.sequence.0 + 1 == next.sequence.0);
    let ends = runs.filter_map(|run| Some((run.first()?.sequence, run.last()?.sequence)));
    ends.collect()
}
