//! The tree over the journal: RFC 6962 §2.1, SHA-256, one leaf for each entry from the first.
//!
//! A leaf binds the entry's place and whether followers read it, so that entries that changed places
//! are other leaves, and an entry hidden from followers is another one too. The tree is never stored:
//! a [`Frontier`] grows it, and [`range`](Range) hashes that are kept for whole runs give its proofs.

mod frontier;
mod proof;

use aws_lc_rs::digest::{Context, SHA256};
use symbolon_store::Sequence;

pub use frontier::{BLOCK, Frontier};
pub use proof::{Range, consistency, inclusion, is_consistent, is_included};

/// Bytes of a hash.
pub const HASH: usize = 32;

/// A SHA-256.
pub type Hash = [u8; HASH];

/// RFC 6962 §2.1: what parts the hash of a leaf from that of a node.
const LEAF: u8 = 0;
const NODE: u8 = 1;

/// In the place of `followed`.
const ABSENT: u8 = 2;

/// The hash of an entry in its place.
#[must_use]
pub fn leaf(sequence: Sequence, followed: bool, entry: &[u8]) -> Hash {
    let mut head = [LEAF, 0, 0, 0, 0, 0, 0, 0, 0, u8::from(followed)];
    for (to, from) in head.iter_mut().skip(1).zip(sequence.0.to_be_bytes()) {
        *to = from;
    }
    digest(&[&head, entry])
}

/// The hash in the place of an entry that was removed before it was sealed: what comes behind is sealed
/// all the same, and the loss is told for ever.
#[must_use]
pub fn absent(sequence: Sequence) -> Hash {
    digest(&[&[LEAF], &sequence.0.to_be_bytes(), &[ABSENT]])
}

/// The hash of a node over its two halves.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    digest(&[&[NODE], left, right])
}

/// The root of a tree without leaves.
#[must_use]
pub fn empty() -> Hash {
    digest(&[])
}

/// SHA-256 over parts.
pub(crate) fn digest(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; HASH];
    for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    hash
}
