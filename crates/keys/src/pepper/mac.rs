//! The MAC inside a token's `jti`: 16 bytes of HMAC-SHA-256 under a key apart from peppers and
//! signing keys, so that whoever stole a signing key still cannot make a token that is ours at
//! introspection (ARCHITECTURE §7).

use aws_lc_rs::{constant_time, hmac};
use symbolon_token::node::RealmNode;

use super::{prepared, whole};
use crate::root::{Purpose, RootKeys};

/// Bytes of the MAC: a forger guesses right once in 2^128 tries, each a request.
pub const MAC_BYTES: usize = 16;

/// A MAC as it travels.
pub type Mac = [u8; MAC_BYTES];

/// Makes and checks the MACs of one ring.
pub struct TokenMac {
    current: hmac::Key,
    older: Vec<hmac::Key>,
}

impl TokenMac {
    /// The MAC keys of this ring.
    #[must_use]
    pub fn new(ring: &RootKeys) -> Self {
        let ((_, current), older) = prepared(ring, (Purpose::Mac, hmac::HMAC_SHA256));
        Self {
            current,
            older: older.into_iter().map(|(_, key)| key).collect(),
        }
    }

    /// The MAC of a message in a realm, under the current key. One HMAC, no allocation.
    #[must_use]
    pub fn mac(&self, realm: RealmNode, message: &[u8]) -> Mac {
        under(&self.current, realm, message)
    }

    /// The MACs of a message in a realm under every key of the ring, the current one first.
    pub fn macs(&self, realm: RealmNode, message: &[u8]) -> impl Iterator<Item = Mac> {
        let keys = std::iter::once(&self.current).chain(&self.older);
        keys.map(move |key| under(key, realm, message))
    }

    /// Whether a MAC is one of ours, under any key of the ring, in constant time.
    #[must_use]
    pub fn holds(&self, realm: RealmNode, message: &[u8], mac: &Mac) -> bool {
        std::iter::once(&self.current)
            .chain(&self.older)
            .map(|key| under(key, realm, message))
            .fold(false, |held, ours| {
                held | constant_time::verify_slices_are_equal(&ours, mac).is_ok()
            })
    }
}

fn under(key: &hmac::Key, realm: RealmNode, message: &[u8]) -> Mac {
    let mut context = hmac::Context::with_key(key);
    context.update(&realm.0.number().to_be_bytes());
    context.update(message);
    let whole = whole(&context.sign());
    *whole.first_chunk().expect("16 bytes are the first of 32")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use symbolon_token::node::NodeId;

    use super::*;
    use crate::random::SystemRandom;

    fn realm(number: i64) -> RealmNode {
        RealmNode(NodeId::from_number(number).unwrap())
    }

    #[test]
    fn a_mac_holds_in_its_realm_and_ring_alone() {
        let ring = RootKeys::generate(&SystemRandom);
        let macs = TokenMac::new(&ring);
        let mac = macs.mac(realm(1), b"bucket and index");
        assert!(macs.holds(realm(1), b"bucket and index", &mac));
        assert!(!macs.holds(realm(2), b"bucket and index", &mac));
        assert!(!macs.holds(realm(1), b"bucket and indey", &mac));
        let other = TokenMac::new(&RootKeys::generate(&SystemRandom));
        assert!(!other.holds(realm(1), b"bucket and index", &mac));
    }

    #[test]
    fn a_mac_of_an_old_key_holds_after_a_rotation() {
        let old = RootKeys::generate(&SystemRandom);
        let rotated = TokenMac::new(&old.rotated(&SystemRandom).unwrap());
        let mac = TokenMac::new(&old).mac(realm(1), b"message");
        assert!(rotated.holds(realm(1), b"message", &mac));
        assert_ne!(rotated.mac(realm(1), b"message"), mac);
    }

    proptest! {
        #[test]
        fn a_mac_with_any_bit_changed_does_not_hold(at in 0..MAC_BYTES, bit in 0..8_u8) {
            let macs = TokenMac::new(&RootKeys::generate(&SystemRandom));
            let mut mac = macs.mac(realm(1), b"message");
            mac[at] ^= 1 << bit;
            prop_assert!(!macs.holds(realm(1), b"message", &mac));
        }
    }
}
