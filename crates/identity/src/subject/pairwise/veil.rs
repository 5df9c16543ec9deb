//! Veils: what a token for a pairwise client descends from, readable by us alone.
//!
//! An ancestor is one block: eight bytes of id, eight of epoch, big-endian. It is encrypted with
//! AES-256 under a key for its audience, derived from the realm's salt. The same ancestor gives the
//! same block each time, so that an audience can be told which blocks are dead; another audience's
//! block for it looks like any other. Nothing is authenticated: the token around it is.

use aws_lc_rs::cipher::{
    AES_256, DecryptingKey, DecryptionContext, EncryptingKey, UnboundCipherKey,
};
use symbolon_token::lineage::{Ancestor, Epoch};
use symbolon_token::node::NodeId;

use super::Salt;

/// Bytes of a block.
const BLOCK: usize = 16;

/// The ancestor, as tokens for this audience carry it.
#[must_use]
pub fn veil(salt: &Salt, audience: &str, ancestor: Ancestor) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let number = u128::from(ancestor.node.number().cast_unsigned()) << 64
        | u128::from(ancestor.epoch.0.cast_unsigned());
    block.copy_from_slice(&number.to_be_bytes());
    encrypt(key(salt, audience), &mut block);
    block
}

/// The ancestor that this block stands for; none for most blocks that [`veil`] has not made for this
/// audience, and a wrong one for the others: whoever asks has verified the token.
#[must_use]
pub fn unveil(salt: &Salt, audience: &str, mut block: [u8; BLOCK]) -> Option<Ancestor> {
    let key = DecryptingKey::ecb(key(salt, audience)).ok()?;
    key.decrypt(&mut block, DecryptionContext::None).ok()?;
    let (id, rest) = block.split_first_chunk::<8>()?;
    let epoch = i64::from_be_bytes(*rest.first_chunk::<8>()?);
    Some(Ancestor {
        node: NodeId::from_number(i64::from_be_bytes(*id)).ok()?,
        epoch: (epoch >= 0).then_some(Epoch(epoch))?,
    })
}

fn encrypt(key: UnboundCipherKey, block: &mut [u8; BLOCK]) {
    EncryptingKey::ecb(key)
        .and_then(|key| key.encrypt(block))
        .expect("ECB takes any key of AES-256, and a whole block");
}

fn key(salt: &Salt, audience: &str) -> UnboundCipherKey {
    let tag = salt.mac((b"veil", audience), &[]);
    UnboundCipherKey::new(&AES_256, tag.as_ref())
        .expect("AES-256 takes the 32 bytes of an HMAC-SHA-256")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ancestor(id: i64, epoch: i64) -> Ancestor {
        Ancestor {
            node: NodeId::from_number(id).unwrap(),
            epoch: Epoch(epoch),
        }
    }

    fn salt() -> Salt {
        Salt::new(&[7; 32])
    }

    #[test]
    fn what_would_be_negative_is_no_ancestor() {
        let key = || EncryptingKey::ecb(key(&salt(), "api")).unwrap();
        for (id, epoch) in [(-1_i64, 0_i64), (0, -1), (i64::MIN, i64::MIN)] {
            let mut block = [0; BLOCK];
            block[..8].copy_from_slice(&id.to_be_bytes());
            block[8..].copy_from_slice(&epoch.to_be_bytes());
            key().encrypt(&mut block).unwrap();
            assert_eq!(unveil(&salt(), "api", block), None);
        }
    }

    proptest! {
        #[test]
        fn a_veil_lifts_for_its_audience(key: [u8; 32], id in 0..=i64::MAX, epoch in 0..=i64::MAX,
            audience: String)
        {
            let salt = Salt::new(&key);
            let before = ancestor(id, epoch);
            let block = veil(&salt, &audience, before);
            prop_assert_eq!(unveil(&salt, &audience, block), Some(before));
            prop_assert_eq!(block, veil(&salt, &audience, before));
        }

        #[test]
        fn audiences_salts_ancestors_share_no_block(id in 0..i64::MAX, epoch in 0..i64::MAX) {
            let before = ancestor(id, epoch);
            let block = veil(&salt(), "a", before);
            prop_assert_ne!(block, veil(&salt(), "b", before));
            prop_assert_ne!(block, veil(&Salt::new(&[8; 32]), "a", before));
            prop_assert_ne!(block, veil(&salt(), "a", ancestor(id + 1, epoch)));
            prop_assert_ne!(block, veil(&salt(), "a", ancestor(id, epoch + 1)));
            prop_assert_ne!(unveil(&salt(), "b", block), Some(before));
        }

        #[test]
        fn any_block_is_an_ancestor_or_none(block: [u8; BLOCK]) {
            if let Some(found) = unveil(&salt(), "api", block) {
                prop_assert_eq!(veil(&salt(), "api", found), block);
            }
        }
    }
}
