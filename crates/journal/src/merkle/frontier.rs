//! The frontier: the roots of the whole trees that leaves so far fall into, the widest first. It is
//! all that must be kept to add the next leaf, and at most 63 hashes.

use super::{HASH, Hash, Range, empty, node};

/// Leaves of a block: the run of entries whose hash is kept for ever, as a power of two. A block of
/// 4,096 makes 8 kB of roots out of a million entries, and a proof reads one block's entries.
const BLOCK_HEIGHT: u32 = 12;

/// Leaves of a block.
pub const BLOCK: u64 = 1 << BLOCK_HEIGHT;

/// A tree as far as it has grown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// One for each bit of the size, the highest first.
    peaks: Vec<Hash>,
    /// The root of the block that the last leaf completed.
    block: Option<Hash>,
}

impl Frontier {
    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut whole = leaf;
        self.block = None;
        for height in 1..=self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                whole = node(&left, &whole);
            }
            if height == BLOCK_HEIGHT {
                self.block = Some(whole);
            }
        }
        self.peaks.push(whole);
        self.size += 1;
    }

    /// The root of the block that the last leaf completed, if it did.
    #[must_use]
    pub fn block(&self) -> Option<Hash> {
        self.block
    }

    /// The peaks, and which leaves each stands for.
    pub(crate) fn peaks(&self) -> Vec<(Range, Hash)> {
        let mut from = 0;
        let widths = (0..u64::BITS).rev().map(|height| 1 << height);
        let widths = widths.filter(|width| self.size & width != 0);
        let peaks = widths.zip(&self.peaks).map(|(width, peak): (u64, _)| {
            let range = Range {
                from,
                to: from + width,
            };
            from = range.to;
            (range, *peak)
        });
        peaks.collect()
    }

    /// The root (RFC 6962 §2.1): what is left over is bagged from the right.
    #[must_use]
    pub fn root(&self) -> Hash {
        let bagged = self.peaks.iter().rev().copied();
        bagged
            .reduce(|right, left| node(&left, &right))
            .unwrap_or_else(empty)
    }

    /// The peaks, one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// Reads what [`Frontier::to_bytes`] wrote of a tree of this size.
    #[must_use]
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (peaks, rest) = bytes.as_chunks::<HASH>();
        // No entry has a place that is no i64.
        let can_be = i64::try_from(size).is_ok();
        let whole = can_be && rest.is_empty() && peaks.len() == size.count_ones() as usize;
        whole.then(|| Self {
            size,
            peaks: peaks.to_vec(),
            block: None,
        })
    }
}
