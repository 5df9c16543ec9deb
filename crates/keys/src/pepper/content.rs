//! The keys of the contents of encrypted access tokens.
//!
//! Such a token is encrypted to the key of the resource that it is meant for, and the authority, which
//! lacks the private half, must open it again at introspection and revocation. So the content's key is
//! no chance: it follows from the token's `jti`, which the header repeats, under a key of this server.
//! A `jti` is given once, so no key serves two contents.

use aws_lc_rs::hmac;
use symbolon_token::node::RealmNode;
use zeroize::Zeroizing;

use super::prepared;
use crate::root::{Purpose, RootKeys};

/// Length of a content's key at most, in bytes: A256CBC-HS512 takes all of it.
pub const CONTENT_KEY_BYTES: usize = 64;

/// A content's key; ciphers with shorter keys take its beginning.
pub type ContentBytes = Zeroizing<[u8; CONTENT_KEY_BYTES]>;

/// Makes the content keys of one ring.
pub struct ContentKeys {
    current: hmac::Key,
    older: Vec<hmac::Key>,
}

impl ContentKeys {
    /// The content keys of this ring.
    #[must_use]
    pub fn new(ring: &RootKeys) -> Self {
        let ((_, current), older) = prepared(ring, (Purpose::Content, hmac::HMAC_SHA512));
        Self {
            current,
            older: older.into_iter().map(|(_, key)| key).collect(),
        }
    }

    /// The key for a new token of this name in a realm.
    #[must_use]
    pub fn current(&self, realm: RealmNode, jti: &str) -> ContentBytes {
        under(&self.current, realm, jti)
    }

    /// Every key that a token of this name may have been encrypted under, the likeliest first.
    pub fn all(&self, realm: RealmNode, jti: &str) -> impl Iterator<Item = ContentBytes> {
        let keys = std::iter::once(&self.current).chain(&self.older);
        keys.map(move |key| under(key, realm, jti))
    }
}

fn under(key: &hmac::Key, realm: RealmNode, jti: &str) -> ContentBytes {
    let mut context = hmac::Context::with_key(key);
    context.update(&realm.0.number().to_be_bytes());
    context.update(jti.as_bytes());
    let tag = context.sign();
    let bytes = tag.as_ref().first_chunk();
    Zeroizing::new(*bytes.expect("HMAC-SHA-512 has 64 bytes"))
}

#[cfg(test)]
mod tests {
    use symbolon_token::node::NodeId;

    use super::*;
    use crate::random::SystemRandom;

    fn realm(number: i64) -> RealmNode {
        RealmNode(NodeId::from_number(number).unwrap())
    }

    #[test]
    fn a_content_key_is_of_its_realm_and_name() {
        let keys = ContentKeys::new(&RootKeys::generate(&SystemRandom));
        let one = keys.current(realm(1), "a");
        assert_eq!(one, keys.current(realm(1), "a"));
        assert_ne!(one, keys.current(realm(2), "a"));
        assert_ne!(one, keys.current(realm(1), "b"));
    }

    #[test]
    fn after_a_rotation_older_tokens_are_opened_and_new_ones_have_another_key() {
        let ring = RootKeys::generate(&SystemRandom);
        let old = ContentKeys::new(&ring).current(realm(1), "a");
        let rotated = ContentKeys::new(&ring.rotated(&SystemRandom).unwrap());
        let all: Vec<_> = rotated.all(realm(1), "a").collect();
        assert_eq!(all.len(), 2);
        assert_ne!(all[0], old);
        assert_eq!(all[1], old);
    }
}
