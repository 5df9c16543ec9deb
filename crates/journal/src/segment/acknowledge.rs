//! Acknowledge a break of the seals, so that sealing goes on behind it.
//!
//! 1. The operator names what he found: the first entry whose seal is not ours, or the last one that
//!    had been sealed where seals are gone. It must be what stops the sealing.
//! 2. Every segment behind the last one that we signed is put aside: its row goes, and is handed over.
//! 3. The entries behind it are sealed anew, as they stand. The first new segment says, signed, that
//!    seals broke here, and which call went on: [`super::Breach`].
//! 4. Steps 2 and 3 and the journal's event are one unit.
//!
//! The tree stays one tree: what was given out before holds where the entries are what they were, and
//! contradicts where they are not. Whoever writes the database gains nothing that he had not by taking
//! the seals away, and leaves a trace that stays.

use symbolon_jose::{SignError, VerifyingKey};
use symbolon_store::{CommitError, Db, Sequence, Unavailable, Unit};
use symbolon_token::node::NodeId;
use thiserror::Error;

use super::breach::{Breach, Cause};
use super::{Gone, Keys, Segment, rows, seal};
use crate::archive::line;
use crate::event::Event;
use crate::merkle::{Frontier, digest};

/// How often to look again after a lost race: somebody else sealed or acknowledged.
const MAX_CONFLICTS: usize = 3;

/// Segments that are put aside at once: sixteen million entries.
const MAX_ASIDE: usize = 4096;

/// What the operator says that he found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// From this entry on, the seals are not signed by this installation.
    Unsigned(Sequence),
    /// The journal had been sealed up to this entry, and is not any more.
    Lost(Sequence),
    /// The same, and this process's witness says so.
    Witnessed(Gone),
}

/// Why nothing was acknowledged.
#[derive(Debug, Error)]
pub enum AcknowledgeError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The seals hold, up to there.
    #[error(
        "no seal is wrong at the journal's end: it is sealed up to entry {}, and nothing hinders to go on",
        sealed.0
    )]
    Unbroken {
        /// Up to where it is sealed.
        sealed: Sequence,
    },
    /// What stops the sealing is another break.
    #[error(
        "what stops the sealing are the seals from entry {} on, which this installation did not sign; \
         look at them, and name that entry",
        first.0
    )]
    Elsewhere {
        /// The first entry of the first of them.
        first: Sequence,
    },
    /// Entries are gone with the seals.
    #[error(
        "the journal ends at entry {}: what is gone behind it are entries, not seals alone; hold it \
         against receipts and checkpoints, and start the servers anew",
        head.0
    )]
    CutOff {
        /// Where it ends.
        head: Sequence,
    },
    /// More than anybody should go on behind.
    #[error("more than {MAX_ASIDE} seals are wrong; restore a backup instead")]
    TooMany,
    /// Others were faster, again and again.
    #[error("the journal was sealed by others meanwhile; look again")]
    Busy,
    /// The key does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// A break, and what was put aside for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Break {
    /// The break.
    pub breach: Breach,
    /// The segments that were put aside, the earliest first.
    pub aside: Vec<Segment>,
}

impl Break {
    /// What was put aside, as lines of an export: evidence to keep.
    #[must_use]
    pub fn lines(&self) -> Vec<serde_json::Value> {
        let lines = self.aside.iter().map(line::SegmentLine::from);
        lines.map(|line| serde_json::json!(line)).collect()
    }
}

/// What would be acknowledged. Nothing is written.
///
/// # Errors
/// [`AcknowledgeError`].
pub async fn look(
    db: &Db,
    known: &[VerifyingKey],
    named: Named,
    request: NodeId,
) -> Result<Break, AcknowledgeError> {
    let (found, _) = find(db, known, named, request).await?;
    Ok(found)
}

/// Acknowledges a break, says so by this event, and seals the first segment behind it.
///
/// # Errors
/// [`AcknowledgeError`]; nothing was written.
pub async fn acknowledge(
    db: &Db,
    keys: Keys<'_>,
    (named, request): (Named, NodeId),
    event: impl Fn(&Breach) -> Event,
) -> Result<Break, AcknowledgeError> {
    let mut said = false;
    for _ in 0..=MAX_CONFLICTS {
        let (found, tree) = find(db, keys.known, named, request).await?;
        let mut unit = Unit::default();
        if !said {
            unit = unit.and_entry(event(&found.breach).entry());
        }
        let next = next(&tree);
        if found.breach.last < next {
            // Nothing stands behind the break yet that could be sealed: the event will.
            said = write(db, unit).await?;
            continue;
        }
        let first = renew(db, keys, (tree, next), &found.breach).await?;
        unit = unit.steps(found.aside.iter().map(rows::put_aside));
        if write(db, unit.step(rows::insert(&first))).await? {
            return Ok(found);
        }
    }
    Err(AcknowledgeError::Busy)
}

/// Whether it was written, and no race lost.
async fn write(db: &Db, unit: Unit) -> Result<bool, Unavailable> {
    match db.commit(unit).await {
        Ok(_) => Ok(true),
        Err(CommitError::Conflict { .. }) => Ok(false),
        Err(CommitError::Unavailable(error)) => Err(error),
    }
}

/// Where the next entry to seal stands.
fn next(tree: &Frontier) -> Sequence {
    Sequence(i64::try_from(tree.size()).unwrap_or(i64::MAX - 1) + 1)
}

/// Step 1: the break, and the tree before it.
async fn find(
    db: &Db,
    known: &[VerifyingKey],
    named: Named,
    request: NodeId,
) -> Result<(Break, Frontier), AcknowledgeError> {
    let (aside, signed) = rows::behind_signed(db, known, MAX_ASIDE).await?;
    if aside.len() > MAX_ASIDE {
        return Err(AcknowledgeError::TooMany);
    }
    let tree = signed.map(|segment| segment.tree).unwrap_or_default();
    let next = next(&tree);
    let sealed = Sequence(next.0 - 1);
    let (_, head) = db.head().await?;
    let (cause, first) = match (named, aside.first()) {
        (Named::Unsigned(at), Some(one)) if one.first == at => (Cause::Unsigned, next),
        (Named::Lost(at), None) if at > sealed && head <= sealed => {
            return Err(AcknowledgeError::CutOff { head });
        }
        (Named::Lost(at), None) if at > sealed => (Cause::Unsealed, next),
        (Named::Witnessed(gone), None) if gone.lost > sealed => (Cause::Unsealed, next),
        // Somebody sealed on, who had not seen it.
        (Named::Witnessed(gone), None) => (Cause::Unsealed, Sequence(gone.held.0 + 1)),
        (Named::Unsigned(_) | Named::Lost(_) | Named::Witnessed(_), Some(one)) => {
            return Err(AcknowledgeError::Elsewhere { first: one.first });
        }
        (Named::Unsigned(_) | Named::Lost(_), None) => {
            return Err(AcknowledgeError::Unbroken { sealed });
        }
    };
    let mut found = Break {
        breach: Breach {
            cause,
            first,
            last: head,
            request,
            aside: [0; 32],
        },
        aside,
    };
    let lines = serde_json::Value::Array(found.lines()).to_string();
    found.breach.aside = digest(&[lines.as_bytes()]);
    Ok((found, tree))
}

/// Step 3: the first segment behind the break.
async fn renew(
    db: &Db,
    keys: Keys<'_>,
    (tree, first): (Frontier, Sequence),
    breach: &Breach,
) -> Result<Segment, AcknowledgeError> {
    let end = seal::end_of_block(&tree).min(breach.last);
    let written = rows::written(db, (first, end)).await?;
    let mut segment = seal::grow(tree, (first, end), &written, keys)?;
    segment.breach = Some(*breach);
    segment.sign(keys.signing)?;
    Ok(segment)
}
