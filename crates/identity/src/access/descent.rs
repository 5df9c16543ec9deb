//! The claim `lin`: what a token descends from, as whoever holds the token may see it.
//!
//! For most clients it is the packed lineage itself. For a pairwise client everything that leads to
//! the person is [`veil`]ed, so that two audiences that compare their tokens learn nothing
//! (ARCHITECTURE.md, lineage):
//!
//! ```text
//! version 2 | length 1 | packed lineage of realm, client, secret and key | blocks of 16
//! ```

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use symbolon_token::lineage::{Ancestor, Lineage, LineageError, MAX_ANCESTORS};
use symbolon_token::node::NodeId;

use crate::subject::pairwise::{Salt, unveil, veil};

/// The version of a claim with veiled ancestors.
const VERSION: u8 = 2;

/// Bytes of a veiled ancestor.
const BLOCK: usize = 16;

/// The longest claim, in characters.
const MAX_CLAIM: usize = 1024;

/// The claim of a lineage of which only these nodes may be seen.
///
/// # Errors
/// [`LineageError`].
pub(super) fn veiled(
    lineage: &Lineage,
    visible: &[NodeId],
    (salt, audience): (&Salt, &str),
) -> Result<String, LineageError> {
    let (plain, hidden): (Vec<Ancestor>, Vec<Ancestor>) = lineage
        .ancestors()
        .iter()
        .partition(|one| visible.contains(&one.node));
    let plain = Lineage::new(plain)?.to_bytes();
    let length = u8::try_from(plain.len()).map_err(|_| LineageError::TooDeep)?;
    let mut bytes = vec![VERSION, length];
    bytes.extend_from_slice(&plain);
    for one in hidden {
        bytes.extend_from_slice(&veil(salt, audience, one));
    }
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether a claim has veiled ancestors.
pub(super) fn is_veiled(claim: &str) -> bool {
    // The first six bits of the version 2 are `A`, the next two with the length's first four `g`–`v`.
    claim.len() <= MAX_CLAIM
        && URL_SAFE_NO_PAD
            .decode(claim)
            .is_ok_and(|bytes| bytes.first() == Some(&VERSION))
}

/// The lineage behind such a claim.
///
/// # Errors
/// [`LineageError`].
pub(super) fn unveiled(
    claim: &str,
    (salt, audience): (&Salt, &str),
) -> Result<Lineage, LineageError> {
    let malformed = LineageError::Malformed;
    let bytes = URL_SAFE_NO_PAD.decode(claim).map_err(|_| malformed)?;
    let [VERSION, length, rest @ ..] = bytes.as_slice() else {
        return Err(malformed);
    };
    let (plain, blocks) = rest.split_at_checked((*length).into()).ok_or(malformed)?;
    let plain = Lineage::from_bytes(plain)?;
    let (blocks, odd) = blocks.as_chunks::<BLOCK>();
    if !odd.is_empty() || blocks.len() > MAX_ANCESTORS {
        return Err(malformed);
    }
    let hidden = blocks.iter().map(|block| unveil(salt, audience, *block));
    let hidden: Vec<Ancestor> = hidden.collect::<Option<_>>().ok_or(malformed)?;
    Lineage::new(plain.ancestors().iter().copied().chain(hidden))
}

#[cfg(test)]
mod tests {
    use symbolon_token::lineage::Epoch;

    use super::*;

    fn ancestor(node: i64, epoch: i64) -> Ancestor {
        Ancestor {
            node: NodeId::from_number(node).unwrap(),
            epoch: Epoch(epoch),
        }
    }

    fn lineage() -> Lineage {
        Lineage::new([
            ancestor(1, 0),
            ancestor(2, 3),
            ancestor(3, 1),
            ancestor(4, 0),
        ])
        .unwrap()
    }

    fn claim(audience: &str) -> String {
        let visible = [1, 2].map(|node| NodeId::from_number(node).unwrap());
        veiled(&lineage(), &visible, (&Salt::new(&[7; 32]), audience)).unwrap()
    }

    #[test]
    fn a_veiled_claim_reads_back_for_its_audience_alone() {
        let salt = Salt::new(&[7; 32]);
        let claim = claim("a");
        assert!(is_veiled(&claim));
        assert_eq!(unveiled(&claim, (&salt, "a")), Ok(lineage()));
        assert_ne!(unveiled(&claim, (&salt, "b")).ok(), Some(lineage()));
        assert!(!is_veiled(&lineage().to_claim()));
    }

    #[test]
    fn two_audiences_share_no_veiled_bytes() {
        let blocks = |audience| {
            let bytes = URL_SAFE_NO_PAD.decode(claim(audience)).unwrap();
            let plain = usize::from(bytes[1]) + 2;
            bytes[plain..].to_vec()
        };
        let (one, other) = (blocks("a"), blocks("b"));
        assert_eq!(one.len(), 32);
        assert!(
            one.chunks(16)
                .all(|block| !other.chunks(16).any(|two| two == block))
        );
    }

    #[test]
    fn a_broken_claim_is_none() {
        let salt = Salt::new(&[7; 32]);
        for claim in ["", "Ag", "AgA", "AgAB", &"A".repeat(2000)] {
            assert!(unveiled(claim, (&salt, "a")).is_err(), "{claim}");
        }
    }
}
