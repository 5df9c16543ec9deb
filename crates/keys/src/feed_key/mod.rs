//! Feed keys: what signs the words of the feed, Ed25519 (RFC 8037), one for each realm and root key.
//!
//! They are derived from the root key (HKDF-SHA-256), so that no row holds them and every process of
//! an installation signs alike. The `kid` names the root key. After a rotation of the root key the
//! newest signs, and all are published, so that what was signed before it still holds. They sign no
//! token: whoever steals one can lie to verifiers, and issue nothing.
//!
//! issue, verify, revoke: none, a feed key is no token; to end one, rotate the root key and take the
//! old line out.

use aws_lc_rs::hkdf::{HKDF_SHA256, Prk};
use serde::Serialize;
use symbolon_jose::{Algorithm, JwkSet, KeyError, KeySet, SignError, SigningKey, jws};
use symbolon_token::node::RealmNode;
use zeroize::Zeroizing;

use crate::root::{Purpose, RootKeyId, RootKeys, derive, expand};

/// What stands before a private Ed25519 seed in PKCS#8 (RFC 8410 §7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The feed keys of one ring of root keys.
pub struct FeedKeys {
    /// The newest first.
    roots: Vec<(RootKeyId, Prk)>,
}

/// A realm's feed key: it signs.
pub struct FeedKey(SigningKey);

impl FeedKeys {
    /// The feed keys of this ring, which may be forgotten then.
    #[must_use]
    pub fn new(ring: &RootKeys) -> Self {
        let prk = |key: &[u8; 32]| Prk::new_less_safe(HKDF_SHA256, key);
        let roots = ring.newest_first();
        let roots = roots.map(|root| (root.id, prk(&derive(root, Purpose::Feed, &[]))));
        Self {
            roots: roots.collect(),
        }
    }

    /// The key that signs for this realm now.
    ///
    /// # Errors
    /// [`KeyError`] where the library fails.
    pub fn of_realm(&self, realm: RealmNode) -> Result<FeedKey, KeyError> {
        let newest = self.roots.first().ok_or(KeyError::Generation)?;
        pair(newest, realm).map(FeedKey)
    }

    /// Every key of this realm, as its followers are given them (RFC 7517 §5).
    ///
    /// # Errors
    /// [`KeyError`] where the library fails.
    pub fn published(&self, realm: RealmNode) -> Result<JwkSet, KeyError> {
        let keys = self.roots.iter().map(|root| pair(root, realm));
        let keys = keys.map(|key| key.map(|key| key.public()));
        let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
        // Names are numbers of root keys, of which no two are alike.
        let set = KeySet::new(keys).unwrap_or_default();
        Ok(set.to_jwks())
    }
}

impl FeedKey {
    /// A compact JWS of these claims, of this `typ`.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, SignError> {
        let payload = serde_json::to_vec(claims).map_err(|_| SignError::Claims)?;
        jws::sign(&self.0, Some(typ), &payload)
    }
}

fn pair((id, root): &(RootKeyId, Prk), realm: RealmNode) -> Result<SigningKey, KeyError> {
    let seed = expand(root, &[&realm.0.number().to_be_bytes()]);
    let mut pkcs8 = Zeroizing::new(Vec::with_capacity(PKCS8.len() + seed.len()));
    pkcs8.extend_from_slice(&PKCS8);
    pkcs8.extend_from_slice(&*seed);
    let key = SigningKey::from_pkcs8(Algorithm::Ed25519, &pkcs8)?;
    Ok(key.with_kid(format!("feed-{id}")))
}

#[cfg(test)]
mod tests {
    use symbolon_jose::KeySet;
    use symbolon_jose::jws::Typ;
    use symbolon_token::node::NodeId;

    use super::*;
    use crate::random::SystemRandom;

    fn realm(number: i64) -> RealmNode {
        RealmNode(NodeId::from_number(number).unwrap())
    }

    fn holds(keys: &FeedKeys, of: RealmNode, text: &str) -> bool {
        let set = keys.published(of).unwrap();
        let set = KeySet::from_jwks(&set, &[Algorithm::Ed25519]).unwrap();
        jws::verify(text, &set, Typ::AnyOf(&["feed-frame+jwt"])).is_ok()
    }

    #[test]
    fn what_a_realm_signs_holds_in_every_process_and_in_that_realm_alone() {
        let ring = RootKeys::generate(&SystemRandom);
        let (one, other) = (FeedKeys::new(&ring), FeedKeys::new(&ring));
        let signed = one.of_realm(realm(1)).unwrap();
        let signed = signed.sign("feed-frame+jwt", &["x"]).unwrap();
        assert!(holds(&other, realm(1), &signed));
        assert!(!holds(&other, realm(2), &signed));
        let stranger = FeedKeys::new(&RootKeys::generate(&SystemRandom));
        assert!(!holds(&stranger, realm(1), &signed));
    }

    #[test]
    fn after_a_rotation_both_keys_are_published_and_the_newest_signs() {
        let old = RootKeys::generate(&SystemRandom);
        let before = FeedKeys::new(&old).of_realm(realm(1)).unwrap();
        let rotated = FeedKeys::new(&old.rotated(&SystemRandom).unwrap());
        let after = rotated.of_realm(realm(1)).unwrap();
        assert_eq!(
            (before.0.kid(), after.0.kid()),
            (Some("feed-1"), Some("feed-2"))
        );
        for key in [before, after] {
            let signed = key.sign("feed-frame+jwt", &["x"]).unwrap();
            assert!(holds(&rotated, realm(1), &signed));
        }
    }
}
