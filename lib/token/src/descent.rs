//! The claim `lin`: what a token descends from, as whoever holds the token may see it.
//!
//! For most clients it is the packed lineage itself (version 1). For a pairwise client everything that
//! leads to the person is veiled: blocks that mean nothing but to the authority, which tells each
//! audience the dead ones among its own.
//!
//! ```text
//! version 2 | length 1 | packed lineage of realm, client, secret and key | blocks of 16
//! ```

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::feed::{Block, Bytes};
use crate::lineage::{Lineage, LineageError, MAX_ANCESTORS};

/// The version of a claim with veiled ancestors.
const VERSION: u8 = 2;

/// Bytes of a veiled ancestor.
const BLOCK: usize = 16;

/// The longest claim, in characters.
const MAX_CLAIM: usize = 1024;

// One without veiled ancestors has this form too.
const _: () = assert!(Lineage::MAX_CLAIM <= MAX_CLAIM);

/// What a claim `lin` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Descent {
    /// The ancestors that are named.
    pub visible: Lineage,
    /// The others, for a pairwise client.
    pub veiled: Vec<Block>,
}

impl Descent {
    /// Whether there are ancestors that only the authority can name.
    #[must_use]
    pub fn is_veiled(&self) -> bool {
        !self.veiled.is_empty()
    }

    /// Whether a claim has the form for veiled ancestors.
    #[must_use]
    pub fn has_veiled_form(claim: &str) -> bool {
        let bytes = (claim.len() <= MAX_CLAIM).then(|| URL_SAFE_NO_PAD.decode(claim));
        bytes.is_some_and(|bytes| bytes.is_ok_and(|bytes| bytes.first() == Some(&VERSION)))
    }

    /// Reads the claim.
    ///
    /// # Errors
    /// [`LineageError`] for anything that would not have been written.
    pub fn from_claim(claim: &str) -> Result<Self, LineageError> {
        if claim.len() > MAX_CLAIM {
            return Err(LineageError::TooDeep);
        }
        let mut room = [0; MAX_CLAIM / 4 * 3];
        let decoded = URL_SAFE_NO_PAD.decode_slice(claim, &mut room);
        let decoded = decoded.map_err(|_| LineageError::Malformed)?;
        let bytes = room.get(..decoded).ok_or(LineageError::Malformed)?;
        let [VERSION, length, rest @ ..] = bytes else {
            let visible = Lineage::from_bytes(bytes)?;
            let veiled = Vec::new();
            return Ok(Self { visible, veiled });
        };
        let parts = rest.split_at_checked((*length).into());
        let (plain, blocks) = parts.ok_or(LineageError::Malformed)?;
        let visible = Lineage::from_bytes(plain)?;
        let (blocks, odd) = blocks.as_chunks::<BLOCK>();
        if !odd.is_empty() || blocks.len() > MAX_ANCESTORS {
            return Err(LineageError::Malformed);
        }
        let veiled = blocks.iter().copied().map(Bytes).collect();
        Ok(Self { visible, veiled })
    }

    /// The claim with veiled ancestors, also where there are none of them.
    ///
    /// # Errors
    /// [`LineageError::TooDeep`].
    pub fn to_veiled_claim(&self) -> Result<String, LineageError> {
        let plain = self.visible.to_bytes();
        let length = u8::try_from(plain.len()).map_err(|_| LineageError::TooDeep)?;
        let mut bytes = vec![VERSION, length];
        bytes.extend_from_slice(&plain);
        for Bytes(block) in &self.veiled {
            bytes.extend_from_slice(block);
        }
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineage::{Ancestor, Epoch};
    use crate::node::NodeId;

    fn lineage() -> Lineage {
        Lineage::new([1, 2].map(|node| Ancestor {
            node: NodeId::from_number(node).unwrap(),
            epoch: Epoch(3),
        }))
        .unwrap()
    }

    #[test]
    fn a_claim_without_veils_is_the_packed_lineage() {
        let claim = lineage().to_claim();
        let descent = Descent::from_claim(&claim).unwrap();
        assert_eq!((descent.visible, descent.veiled), (lineage(), vec![]));
        assert!(!Descent::has_veiled_form(&claim));
    }

    #[test]
    fn a_veiled_claim_reads_back() {
        let descent = Descent {
            visible: lineage(),
            veiled: vec![Bytes([7; 16]), Bytes([8; 16])],
        };
        let claim = descent.to_veiled_claim().unwrap();
        assert!(Descent::has_veiled_form(&claim));
        assert_eq!(Descent::from_claim(&claim), Ok(descent));
    }

    #[test]
    fn a_broken_claim_is_none() {
        for claim in ["", "Ag", "AgA", "AgAB", &"A".repeat(2000)] {
            assert!(Descent::from_claim(claim).is_err(), "{claim}");
        }
    }
}
