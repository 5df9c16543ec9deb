//! Hashes of runs of the journal, as far as a proof needs them: whole blocks from their segments, what
//! is left over from the entries themselves, and where these were dropped from what stayed of them.

use std::collections::HashMap;

use symbolon_store::{Db, Sequence, Unavailable};

use super::{Segment, leaf_at, rows};
use crate::merkle::{BLOCK, Frontier, Hash, Range, absent, node};

/// Entries read by one statement.
const BATCH: i64 = 4096;

/// The tree of the whole journal now, its unsealed end included; the last entry stands at its size.
///
/// # Errors
/// [`Unavailable`].
pub async fn head(db: &Db) -> Result<Frontier, Unavailable> {
    let (_, head) = db.head().await?;
    let last = rows::last(db).await?;
    let mut tree = last.map(|segment| segment.tree).unwrap_or_default();
    while let Some(at) = next(&tree).filter(|at| *at <= head) {
        let to = Sequence(head.0.min(at.0.saturating_add(BATCH - 1)));
        let rows = rows::written(db, (at, to)).await?;
        let mut rows = rows.iter().peekable();
        for place in (at.0..=to.0).map(Sequence) {
            let row = rows.next_if(|row| row.sequence == place);
            tree.push(leaf_at(place, row));
        }
    }
    Ok(tree)
}

/// Up to where the journal is sealed; 0 where nothing is.
///
/// # Errors
/// [`Unavailable`].
pub async fn sealed(db: &Db) -> Result<Sequence, Unavailable> {
    let last = rows::last(db).await?;
    Ok(last.map_or(Sequence(0), |segment| segment.last))
}

/// The tree before a segment: that of the one before it.
///
/// # Errors
/// [`Unavailable`].
pub(crate) async fn tree_before(db: &Db, segment: &Segment) -> Result<Frontier, Unavailable> {
    let last = Sequence(segment.first.0.saturating_sub(1));
    let before = rows::holding(db, (last, last)).await?;
    let before = before.into_iter().next();
    Ok(before.map(|one| one.tree).unwrap_or_default())
}

/// Segments that begin after a place.
///
/// # Errors
/// [`Unavailable`].
pub(crate) async fn segments_after(db: &Db, place: Sequence) -> Result<Vec<Segment>, Unavailable> {
    rows::after(db, place).await
}

fn next(tree: &Frontier) -> Option<Sequence> {
    i64::try_from(tree.size() + 1).ok().map(Sequence)
}

/// Hashes at hand.
#[derive(Default)]
pub(super) struct Hashes {
    known: HashMap<Range, Hash>,
}

impl Hashes {
    /// Reads what these ranges need.
    pub(super) async fn read(db: &Db, ranges: &[Range]) -> Result<Self, Unavailable> {
        let mut hashes = Self::default();
        for range in ranges {
            // A range begins at a multiple of the largest power of two within it.
            let blocks = if range.size() < BLOCK {
                range.from
            } else {
                range.to - range.to % BLOCK
            };
            hashes.blocks(db, range.from, blocks).await?;
            hashes.leaves(db, blocks, range.to).await?;
        }
        Ok(hashes)
    }

    /// The hash of a range, where what is at hand is enough.
    pub(super) fn of(&self, range: Range) -> Option<Hash> {
        if let Some(hash) = self.known.get(&range) {
            return Some(*hash);
        }
        if range.size() < 2 {
            return None;
        }
        let (left, right) = range.halves();
        Some(node(&self.of(left)?, &self.of(right)?))
    }

    async fn blocks(&mut self, db: &Db, from: u64, to: u64) -> Result<(), Unavailable> {
        if from >= to {
            return Ok(());
        }
        for (end, root) in rows::blocks(db, (from + 1, to)).await? {
            let range = Range {
                from: end - BLOCK,
                to: end,
            };
            self.known.insert(range, root);
        }
        // A block that is not sealed yet is as good as its entries.
        let mut at = from;
        while at < to {
            let range = Range {
                from: at,
                to: at + BLOCK,
            };
            if !self.known.contains_key(&range) {
                self.leaves(db, range.from, range.to).await?;
            }
            at = range.to;
        }
        Ok(())
    }

    async fn leaves(&mut self, db: &Db, from: u64, to: u64) -> Result<(), Unavailable> {
        let place = |place: u64| Sequence(i64::try_from(place).unwrap_or(i64::MAX));
        if from >= to {
            return Ok(());
        }
        let (first, last) = (place(from + 1), place(to));
        for row in rows::written(db, (first, last)).await? {
            let hash = leaf_at(row.sequence, Some(&row));
            self.leaf(row.sequence.0, hash);
        }
        for segment in rows::holding(db, (first, last)).await? {
            for (offset, hash) in &segment.dropped {
                self.leaf(segment.first.0 + i64::from(*offset), *hash);
            }
            self.known.extend(segment.tree.peaks());
            // What is neither there nor dropped was removed: before it was sealed, or the proof fails.
            for place in segment.first.0.max(first.0)..=segment.last.0.min(last.0) {
                if !segment.is_gone() && !self.has(place) {
                    self.leaf(place, absent(Sequence(place)));
                }
            }
        }
        Ok(())
    }

    fn has(&self, place: i64) -> bool {
        let to = u64::try_from(place).unwrap_or(0);
        let from = to.saturating_sub(1);
        self.known.contains_key(&Range { from, to })
    }

    fn leaf(&mut self, place: i64, hash: Hash) {
        if let Ok(to) = u64::try_from(place) {
            let from = to.saturating_sub(1);
            self.known.insert(Range { from, to }, hash);
        }
    }
}
