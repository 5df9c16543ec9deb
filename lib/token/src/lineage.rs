//! What a token descends from: at most sixteen ancestors, each with the epoch it was born under.
//!
//! Revoking an ancestor raises its epoch; every token that carries a lower one is dead from that
//! commit on. Children copy their parents' pairs as the parents carried them: to read an epoch anew
//! would bring the dead back.
//!
//! Packed (the claim `lin`, base64url): one byte of version, then for each ancestor eight bytes of
//! id and the epoch as a variable-length number, seven bits a byte, least significant first.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::node::NodeId;

/// How many ancestors a token may have. Deeper chains are refused when they would be issued.
pub const MAX_ANCESTORS: usize = 16;

/// The version of the packed form.
const VERSION: u8 = 1;

/// The fewest bytes that an ancestor takes: its id, and one byte of epoch.
const MIN_ANCESTOR_BYTES: usize = 8 + 1;

/// The most bytes that one epoch takes.
const MAX_EPOCH_BYTES: usize = 9;

/// How often a node's descendants have been revoked. The upper half is the term of the store, so
/// that a restored backup begins above everything that the lost past may have reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub i64);

impl Epoch {
    /// The one that replaces this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// One ancestor, as a token carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ancestor {
    /// Which node.
    pub node: NodeId,
    /// The epoch that the token was born under.
    pub epoch: Epoch,
}

/// A token's ancestors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage(Vec<Ancestor>);

/// Why a lineage cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LineageError {
    /// More than [`MAX_ANCESTORS`].
    #[error("a token has at most {MAX_ANCESTORS} ancestors")]
    TooDeep,
    /// The packed form is not of this version, or cut, or not in its one canonical form.
    #[error("this is no packed lineage")]
    Malformed,
}

impl Lineage {
    /// The longest claim `lin` of a plain lineage, in characters.
    pub(crate) const MAX_CLAIM: usize = (1 + MAX_ANCESTORS * (8 + MAX_EPOCH_BYTES)).div_ceil(3) * 4;

    /// A lineage of these ancestors. One that is named twice keeps its lower epoch: the union of two
    /// parents is as mortal as the more mortal of them.
    ///
    /// # Errors
    /// [`LineageError::TooDeep`].
    pub fn new(ancestors: impl IntoIterator<Item = Ancestor>) -> Result<Self, LineageError> {
        let mut lineage = Self::default();
        for ancestor in ancestors {
            let full = lineage.0.len() == MAX_ANCESTORS;
            let known = lineage.0.iter_mut().find(|one| one.node == ancestor.node);
            match known {
                Some(known) => known.epoch = known.epoch.min(ancestor.epoch),
                None if full => return Err(LineageError::TooDeep),
                None => lineage.0.push(ancestor),
            }
        }
        Ok(lineage)
    }

    /// The ancestors, in the order in which they were named.
    #[must_use]
    pub fn ancestors(&self) -> &[Ancestor] {
        &self.0
    }

    /// The epoch that it carries for a node.
    #[must_use]
    pub fn epoch_of(&self, node: NodeId) -> Option<Epoch> {
        let ancestor = self.0.iter().find(|one| one.node == node)?;
        Some(ancestor.epoch)
    }

    /// The packed bytes, as a row holds them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1 + self.0.len() * 10);
        bytes.push(VERSION);
        for ancestor in &self.0 {
            bytes.extend_from_slice(&ancestor.node.number().to_be_bytes());
            push_epoch(&mut bytes, ancestor.epoch);
        }
        bytes
    }

    /// Reads packed bytes.
    ///
    /// # Errors
    /// [`LineageError`] for anything that [`Lineage::to_bytes`] would not have written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LineageError> {
        let (version, mut rest) = bytes.split_first().ok_or(LineageError::Malformed)?;
        if *version != VERSION {
            return Err(LineageError::Malformed);
        }
        let most = (rest.len() / MIN_ANCESTOR_BYTES).min(MAX_ANCESTORS);
        let mut lineage = Self(Vec::with_capacity(most));
        while let Some((id, after)) = rest.split_first_chunk::<8>() {
            let node = NodeId::from_number(i64::from_be_bytes(*id));
            let node = node.map_err(|_| LineageError::Malformed)?;
            let (epoch, after) = read_epoch(after).ok_or(LineageError::Malformed)?;
            if lineage.epoch_of(node).is_some() {
                return Err(LineageError::Malformed);
            }
            if lineage.0.len() == MAX_ANCESTORS {
                return Err(LineageError::TooDeep);
            }
            lineage.0.push(Ancestor { node, epoch });
            rest = after;
        }
        if rest.is_empty() {
            Ok(lineage)
        } else {
            Err(LineageError::Malformed)
        }
    }

    /// The claim `lin`: the packed bytes in base64url.
    #[must_use]
    pub fn to_claim(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.to_bytes())
    }

    /// Reads the claim `lin`.
    ///
    /// # Errors
    /// [`LineageError`].
    pub fn from_claim(claim: &str) -> Result<Self, LineageError> {
        if claim.len() > Self::MAX_CLAIM {
            return Err(LineageError::TooDeep);
        }
        let bytes = URL_SAFE_NO_PAD.decode(claim);
        Self::from_bytes(&bytes.map_err(|_| LineageError::Malformed)?)
    }
}

fn push_epoch(bytes: &mut Vec<u8>, epoch: Epoch) {
    let mut rest = epoch.0.unsigned_abs();
    while rest > 0x7f {
        bytes.push(u8::try_from(rest & 0x7f).unwrap_or(0) | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).unwrap_or(0));
}

fn read_epoch(bytes: &[u8]) -> Option<(Epoch, &[u8])> {
    let last = bytes
        .iter()
        .take(MAX_EPOCH_BYTES)
        .position(|byte| byte & 0x80 == 0)?;
    let (own, rest) = bytes.split_at_checked(last + 1)?;
    if last > 0 && own.last() == Some(&0) {
        return None;
    }
    let epoch = own
        .iter()
        .rev()
        .fold(0, |epoch, byte| epoch << 7 | i64::from(byte & 0x7f));
    Some((Epoch(epoch), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ancestor(node: i64, epoch: i64) -> Ancestor {
        Ancestor {
            node: NodeId::from_number(node).unwrap(),
            epoch: Epoch(epoch),
        }
    }

    #[test]
    fn two_parents_make_a_union_with_the_lower_epoch() {
        let lineage = Lineage::new([ancestor(1, 5), ancestor(2, 0), ancestor(1, 3)]).unwrap();
        assert_eq!(lineage.ancestors(), [ancestor(1, 3), ancestor(2, 0)]);
    }

    #[test]
    fn the_seventeenth_ancestor_is_refused() {
        let many = (0..17).map(|node| ancestor(node, 0));
        assert_eq!(Lineage::new(many), Err(LineageError::TooDeep));
    }

    #[test]
    fn packed_too_the_seventeenth_ancestor_is_refused() {
        let packed = |count: i64| {
            let many = (0..count).map(|node| [&node.to_be_bytes()[..], &[0]].concat());
            [&[VERSION][..], &many.collect::<Vec<_>>().concat()].concat()
        };
        let sixteen = Lineage::from_bytes(&packed(16)).unwrap();
        assert_eq!(sixteen.ancestors().len(), MAX_ANCESTORS);
        assert_eq!(Lineage::from_bytes(&packed(17)), Err(LineageError::TooDeep));
        let cut = [&packed(3)[..], &[0; 3]].concat();
        assert_eq!(Lineage::from_bytes(&cut), Err(LineageError::Malformed));
    }

    #[test]
    fn there_is_one_way_to_write_a_lineage() {
        for claim in ["", "AA", "Ag", "AQ==", "AQAAAAAAAAAB", "AQAAAAAAAAABgAA"] {
            assert!(Lineage::from_claim(claim).is_err(), "{claim}");
        }
        let twice = [&[1][..], &[0; 9], &[0; 9]].concat();
        assert_eq!(Lineage::from_bytes(&twice), Err(LineageError::Malformed));
    }

    proptest! {
        #[test]
        fn every_lineage_reads_back(pairs in prop::collection::vec((0..i64::MAX, 0..i64::MAX), 0..=16)) {
            let lineage = Lineage::new(pairs.iter().map(|(node, epoch)| ancestor(*node, *epoch)));
            let lineage = lineage.unwrap();
            prop_assert_eq!(Lineage::from_claim(&lineage.to_claim()), Ok(lineage));
        }

        #[test]
        fn what_reads_was_written_so(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(lineage) = Lineage::from_bytes(&bytes) {
                prop_assert_eq!(lineage.to_bytes(), bytes);
            }
        }
    }
}
