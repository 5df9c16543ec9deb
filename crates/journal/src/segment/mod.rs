//! Segments: runs of the journal whose tree is signed, so that nobody changes them unseen who has the
//! database and not the root key.
//!
//! 1. The journal is one RFC 6962 tree ([`crate::merkle`]). A segment is the run of entries by which
//!    it grew from one signed root to the next, so a segment's chain is the tree itself.
//! 2. It ends where a block of [`crate::merkle::BLOCK`] leaves does, or ten minutes after its first entry ([`seal`]):
//!    what stands in the journal for longer is signed.
//! 3. It keeps the first four bytes of each leaf's hash, by which a [`Walk`] names the row that
//!    was changed, where a root names only the run.
//! 4. Where an operator went on behind seals that broke, the next segment says so, signed ([`Breach`]).
//! 5. Each process that sees the journal sealed says so in a file of its own ([`Witness`]).
//! 6. When entries are dropped, their leaves' hashes stay in its row until everything before is gone
//!    too; then its roots alone stay, for ever.

mod acknowledge;
mod breach;
mod claim;
mod finding;
mod place;
mod prove;
mod retention;
mod retire;
mod rows;
mod seal;
mod term;
mod tree;
mod unsealed;
mod verify;
mod walk;
mod witness;

use symbolon_jose::{SignError, SigningKey, VerifyingKey};
use symbolon_store::{Migration, Sequence, Written};
use symbolon_token::time::Time;

use crate::merkle::{Frontier, HASH, Hash, absent, digest, leaf};

pub use acknowledge::{AcknowledgeError, Break, Named, acknowledge, look};
pub use breach::{Acknowledged, Breach, Cause};
pub use claim::Claim;
pub use finding::Finding;
pub use prove::{ProveError, Proved, consistent, prove};
pub use retention::{DAYS, FEWEST_DAYS, MOST_DAYS, Retention};
pub use retire::{RetireError, Retired, retire};
pub(crate) use rows::written;
pub use seal::{LONGEST, SealError, Sealed, Sealer};
pub use term::{BeginError, begun};
pub use tree::{head, sealed};
pub(crate) use tree::{segments_after, tree_before};
pub use unsealed::Unsealed;
pub use verify::verify;
pub use walk::{Report, Walk};
pub use witness::{Gone, Witness};

/// The tables.
pub const MIGRATIONS: [Migration; 3] = [
    Migration {
        noun: "journal_segment",
        number: 1,
        sql: include_str!("schema.sql"),
    },
    Migration {
        noun: "journal_segment",
        number: 2,
        sql: include_str!("breach.sql"),
    },
    Migration {
        noun: "journal_segment",
        number: 3,
        sql: include_str!("witness.sql"),
    },
];

/// Bytes kept of each leaf's hash: what it costs to name a changed row, where the root names only its
/// segment. An issued token costs less than 100 bytes with them. Who tries 2^32 changes finds one
/// that these do not show; the root still does.
pub const DIGEST: usize = 4;

/// Bytes for each dropped entry: where it stood in its segment, and its leaf's hash.
const DROPPED: usize = 2 + HASH;

/// What a signature of a segment is over begins with this, so that it is good for nothing else.
const LABEL: &[u8] = b"symbolon journal segment, version 1\0";

/// The same of a segment behind a break: what is signed then ends with the break.
const LABEL_OF_BREACH: &[u8] = b"symbolon journal segment, version 1, after a break\0";

/// The journal's keys: one signs, and whatever one of these signed holds.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The current one.
    pub signing: &'a SigningKey,
    /// All of them.
    pub known: &'a [VerifyingKey],
}

/// One segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The place of its first entry.
    pub first: Sequence,
    /// The place of its last entry.
    pub last: Sequence,
    /// The earliest time of an entry.
    pub begins_at: Time,
    /// The latest time of an entry.
    pub ends_at: Time,
    /// The root of the tree before it.
    pub before: Hash,
    /// The tree with it.
    pub tree: Frontier,
    /// The root of the block that it completes.
    pub block: Option<Hash>,
    /// The first [`DIGEST`] bytes of each leaf's hash; empty once all entries are dropped.
    pub digests: Vec<u8>,
    /// The dropped entries: where each stood, from 0, and its leaf's hash.
    pub dropped: Vec<(u16, Hash)>,
    /// The break before it that an operator acknowledged.
    pub breach: Option<Breach>,
    /// The name of the key that signed it.
    pub kid: String,
    /// Its signature.
    pub signature: Vec<u8>,
}

impl Segment {
    /// Whether it keeps nothing but its roots.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.digests.is_empty()
    }

    /// How many entries it has, or had.
    #[must_use]
    pub fn count(&self) -> usize {
        usize::try_from(self.last.0 - self.first.0 + 1).unwrap_or(0)
    }

    /// What is signed: all of it, but for the peaks, which make the root.
    fn message(&self) -> Vec<u8> {
        let label = self.breach.map_or(LABEL, |_| LABEL_OF_BREACH);
        let mut message = label.to_vec();
        let numbers = [self.first.0, self.last.0, self.begins_at.0, self.ends_at.0];
        for number in numbers {
            message.extend_from_slice(&number.to_be_bytes());
        }
        message.extend_from_slice(&self.before);
        message.extend_from_slice(&self.tree.root());
        message.extend_from_slice(&self.block.unwrap_or_default());
        message.extend_from_slice(&digest(&[&self.digests]));
        message.extend_from_slice(&digest(&[&self.dropped_bytes()]));
        if let Some(breach) = self.breach {
            message.extend_from_slice(&breach.to_bytes());
        }
        message
    }

    /// Signs it as it stands.
    pub(crate) fn sign(&mut self, key: &SigningKey) -> Result<(), SignError> {
        key.kid().unwrap_or_default().clone_into(&mut self.kid);
        self.signature = key.sign(&self.message())?;
        Ok(())
    }

    /// Whether one of these keys signed it as it stands.
    #[must_use]
    pub fn is_signed(&self, known: &[VerifyingKey]) -> bool {
        let mut keys = known.iter();
        let key = keys.find(|key| key.kid() == Some(self.kid.as_str()));
        key.is_some_and(|key| key.verify(&self.message(), &self.signature))
    }

    /// The dropped entries as a row keeps them.
    pub(crate) fn dropped_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.dropped.len() * DROPPED);
        for (offset, leaf) in &self.dropped {
            bytes.extend_from_slice(&offset.to_be_bytes());
            bytes.extend_from_slice(leaf);
        }
        bytes
    }

    /// Reads what [`Segment::dropped_bytes`] wrote.
    pub(crate) fn read_dropped(bytes: &[u8]) -> Option<Vec<(u16, Hash)>> {
        let (all, rest) = bytes.as_chunks::<DROPPED>();
        let one = |bytes: &[u8; DROPPED]| {
            let (offset, leaf) = bytes.split_first_chunk::<2>()?;
            Some((u16::from_be_bytes(*offset), *leaf.first_chunk::<HASH>()?))
        };
        let read: Option<Vec<_>> = all.iter().map(one).collect();
        read.filter(|_| rest.is_empty())
    }
}

/// A place as JSON has it.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands members over by reference"
)]
pub(crate) fn place_number<S: serde::Serializer>(
    place: &Sequence,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(place.0)
}

/// The leaf of a place: where no row is, or one whose entry is no bytes, that of an empty one.
pub(crate) fn leaf_at(place: Sequence, row: Option<&Written>) -> Hash {
    let row = row.filter(|row| !row.bytes.is_empty());
    row.map_or_else(
        || absent(place),
        |row| leaf(place, row.followed, &row.bytes),
    )
}

/// The first bytes of a leaf's hash.
pub(crate) fn short(leaf: &Hash) -> [u8; DIGEST] {
    let mut short = [0; DIGEST];
    for (to, from) in short.iter_mut().zip(leaf) {
        *to = *from;
    }
    short
}
