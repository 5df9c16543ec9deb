//! The claim `lin` of a token: how its authority veils and unveils it.
//!
//! For most clients it is the packed lineage itself. For a pairwise client everything that leads to
//! the person is [`veil`]ed, so that two audiences that compare their tokens learn nothing
//! (ARCHITECTURE.md, lineage). The form is [`Descent`]'s, which verifiers read as well.

use symbolon_token::descent::Descent;
use symbolon_token::feed::Bytes;
use symbolon_token::lineage::{Ancestor, Lineage, LineageError};
use symbolon_token::node::NodeId;

use crate::subject::pairwise::{Salt, unveil, veil};

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
    let veiled = hidden.into_iter();
    let descent = Descent {
        visible: Lineage::new(plain)?,
        veiled: veiled.map(|one| Bytes(veil(salt, audience, one))).collect(),
    };
    descent.to_veiled_claim()
}

/// Whether a claim has veiled ancestors.
pub(super) fn is_veiled(claim: &str) -> bool {
    Descent::has_veiled_form(claim)
}

/// The lineage behind such a claim.
///
/// # Errors
/// [`LineageError`].
pub(super) fn unveiled(
    claim: &str,
    (salt, audience): (&Salt, &str),
) -> Result<Lineage, LineageError> {
    if !is_veiled(claim) {
        return Err(LineageError::Malformed);
    }
    let Descent { visible, veiled } = Descent::from_claim(claim)?;
    let hidden = veiled.iter().map(|block| unveil(salt, audience, block.0));
    let hidden: Option<Vec<Ancestor>> = hidden.collect();
    let hidden = hidden.ok_or(LineageError::Malformed)?;
    Lineage::new(visible.ancestors().iter().copied().chain(hidden))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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
