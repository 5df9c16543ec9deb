//! The journal's keys: Ed25519, one for each root key, derived and never stored. Whoever has the
//! database alone cannot sign a segment of the journal, nor a checkpoint.
//!
//! The newest root key's signs; what any key of the ring signed holds, for as long as its line stays in
//! the ring. `kid` is the root key's id.

use symbolon_jose::{Algorithm, JwkSet, KeyError, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::root::{Purpose, RootKeys, derive};

/// What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410 §7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The journal's keys of one ring.
pub struct JournalKeys {
    signing: SigningKey,
    known: Vec<VerifyingKey>,
}

impl JournalKeys {
    /// Derives them.
    ///
    /// # Panics
    /// Never: 32 bytes are an Ed25519 key, whichever they are (RFC 8032 §5.1.5).
    #[must_use]
    pub fn new(ring: &RootKeys) -> Self {
        let mut keys = ring.newest_first().map(|root| {
            let seed = derive(root, Purpose::Journal, &[]);
            let key = from_seed(&seed).expect("any 32 bytes are an Ed25519 key");
            key.with_kid(root.id.to_string())
        });
        let signing = keys.next().expect("a ring has at least one key");
        let older = keys.map(|key| key.public());
        let known = std::iter::once(signing.public()).chain(older).collect();
        Self { signing, known }
    }

    /// The key that signs now.
    #[must_use]
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The public halves of all, the newest first.
    #[must_use]
    pub fn known(&self) -> &[VerifyingKey] {
        &self.known
    }

    /// The same as a set of JWKs.
    #[must_use]
    pub fn jwks(&self) -> JwkSet {
        JwkSet::new(self.known.iter().map(VerifyingKey::to_jwk).collect())
    }
}

fn from_seed(seed: &[u8; 32]) -> Result<SigningKey, KeyError> {
    let pkcs8 = Zeroizing::new([&PKCS8[..], seed].concat());
    SigningKey::from_pkcs8(Algorithm::Ed25519, &pkcs8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn what_an_older_root_keys_key_signed_holds_after_a_rotation() {
        let ring = RootKeys::generate(&SystemRandom);
        let before = JournalKeys::new(&ring);
        let signature = before.signing().sign(b"a segment").unwrap();
        let rotated = JournalKeys::new(&ring.rotated(&SystemRandom).unwrap());
        assert_eq!(rotated.signing().kid(), Some("2"));
        let holds: Vec<_> = rotated
            .known()
            .iter()
            .map(|key| (key.kid(), key.verify(b"a segment", &signature)))
            .collect();
        assert_eq!(holds, [(Some("2"), false), (Some("1"), true)]);
    }

    #[test]
    fn a_key_is_the_rings_own_and_always_the_same() {
        let ring = RootKeys::generate(&SystemRandom);
        let jwks = |ring| serde_json::to_string(&JournalKeys::new(ring).jwks()).unwrap();
        assert_eq!(jwks(&ring), jwks(&ring));
        assert_ne!(jwks(&ring), jwks(&RootKeys::generate(&SystemRandom)));
    }
}
