//! Peppered digests: what is looked up but never read again. HMAC-SHA-256 under a key that is not
//! in the database, so that a stolen database neither gives a token away nor confirms a guess.
//!
//! Realm and kind are bound in: the same text has another digest in another realm, or as another
//! kind. Each digest is stored beside the id of its pepper, which is its root key's id; while a
//! rotation lasts, lookups try one digest for each key of the ring ([`Peppers::digests`]).
//!
//! One digest is one HMAC (about 0.4 µs), without allocation: keys are prepared once.
//!
//! issue, verify, revoke: none, a digest stands for a token that has them.

mod content;
mod mac;
mod password;

use aws_lc_rs::hmac;
use symbolon_token::kind::Kind;
use symbolon_token::node::RealmNode;
use symbolon_token::secret::Digest;

pub use content::{CONTENT_KEY_BYTES, ContentBytes, ContentKeys};
pub use mac::{MAC_BYTES, Mac, TokenMac};

use crate::root::{Purpose, RootKeyId, RootKeys, derive};

/// Names a pepper; as a column, `BIGINT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PepperId(pub RootKeyId);

impl PepperId {
    /// The pepper that a row names.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        let id = u32::try_from(number).ok()?;
        Some(Self(RootKeyId(id)))
    }

    /// As a row holds it.
    #[must_use]
    pub fn number(self) -> i64 {
        i64::from(self.0.0)
    }
}

/// A digest and the pepper it was made with: two columns that are stored and compared together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Peppered {
    /// Which pepper.
    pub pepper: PepperId,
    /// The digest.
    pub digest: Digest,
}

/// The peppers of a ring, the current one first.
pub struct Peppers {
    current: Pepper,
    older: Vec<Pepper>,
}

struct Pepper {
    id: PepperId,
    key: hmac::Key,
}

impl Peppers {
    /// The peppers of this ring.
    #[must_use]
    pub fn new(ring: &RootKeys) -> Self {
        let (current, older) = prepared(ring, (Purpose::Pepper, hmac::HMAC_SHA256));
        let pepper = |(id, key)| Pepper {
            id: PepperId(id),
            key,
        };
        Self {
            current: pepper(current),
            older: older.into_iter().map(pepper).collect(),
        }
    }

    /// The digest to store: under the current pepper.
    #[must_use]
    pub fn digest(&self, realm: RealmNode, kind: Kind, text: &str) -> Peppered {
        self.current.digest(realm, kind, text)
    }

    /// Every digest that this text may be stored as, the likeliest first. Outside of a rotation
    /// there is one.
    pub fn digests<'a>(
        &'a self,
        realm: RealmNode,
        kind: Kind,
        text: &'a str,
    ) -> impl Iterator<Item = Peppered> + 'a {
        let peppers = std::iter::once(&self.current).chain(&self.older);
        peppers.map(move |pepper| pepper.digest(realm, kind, text))
    }

    /// Whether a stored digest is this text's, in constant time; `false` too where its pepper is
    /// not in the ring.
    #[must_use]
    pub fn matches(&self, stored: &Peppered, realm: RealmNode, kind: Kind, text: &str) -> bool {
        std::iter::once(&self.current)
            .chain(&self.older)
            .find(|pepper| pepper.id == stored.pepper)
            .is_some_and(|pepper| pepper.digest(realm, kind, text) == *stored)
    }
}

impl Pepper {
    fn digest(&self, realm: RealmNode, kind: Kind, text: &str) -> Peppered {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&realm.0.number().to_be_bytes());
        // All letters are two bytes, so realm, kind and text cannot run into each other.
        context.update(kind.letters().as_bytes());
        context.update(text.as_bytes());
        Peppered {
            pepper: self.id,
            digest: Digest(whole(&context.sign())),
        }
    }
}

/// An HMAC key for each root key: the current one's, then the older ones', newest first.
fn prepared(
    ring: &RootKeys,
    (purpose, algorithm): (Purpose, hmac::Algorithm),
) -> ((RootKeyId, hmac::Key), Vec<(RootKeyId, hmac::Key)>) {
    let mut keys = ring.newest_first().map(|key| {
        let derived = derive(key, purpose, &[]);
        (key.id, hmac::Key::new(algorithm, &*derived))
    });
    let current = keys.next().expect("a ring has at least one key");
    (current, keys.collect())
}

/// The 32 bytes of an HMAC-SHA-256.
fn whole(tag: &hmac::Tag) -> [u8; 32] {
    let bytes = tag.as_ref().first_chunk();
    *bytes.expect("HMAC-SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use symbolon_token::node::NodeId;

    use super::*;
    use crate::random::SystemRandom;

    const TEXT: &str = "sym_cs_0123456789";

    fn realm(number: i64) -> RealmNode {
        RealmNode(NodeId::from_number(number).unwrap())
    }

    fn digest(peppers: &Peppers) -> Peppered {
        peppers.digest(realm(1), Kind::ClientSecret, TEXT)
    }

    #[test]
    fn a_digest_differs_by_realm_kind_text_and_ring() {
        let ring = RootKeys::generate(&SystemRandom);
        let peppers = Peppers::new(&ring);
        let stored = digest(&peppers);
        assert!(digest(&Peppers::new(&ring)) == stored);
        assert!(digest(&Peppers::new(&RootKeys::generate(&SystemRandom))) != stored);
        let matches = |realm, kind, text| peppers.matches(&stored, realm, kind, text);
        assert!(matches(realm(1), Kind::ClientSecret, TEXT));
        assert!(!matches(realm(2), Kind::ClientSecret, TEXT));
        assert!(!matches(realm(1), Kind::Access, TEXT));
        assert!(!matches(realm(1), Kind::ClientSecret, "sym_cs_0123456788"));
    }

    #[test]
    fn what_an_old_pepper_digested_is_found_after_a_rotation() {
        let old = RootKeys::generate(&SystemRandom);
        let before = digest(&Peppers::new(&old));
        let rotated = Peppers::new(&old.rotated(&SystemRandom).unwrap());
        let after = digest(&rotated);
        let found: Vec<_> = rotated
            .digests(realm(1), Kind::ClientSecret, TEXT)
            .collect();
        assert!(found == [after, before]);
        assert!(rotated.matches(&before, realm(1), Kind::ClientSecret, TEXT));
        assert!(!Peppers::new(&old).matches(&after, realm(1), Kind::ClientSecret, TEXT));
    }

    #[test]
    fn a_pepper_is_named_by_its_number() {
        let id = PepperId(RootKeyId(3));
        assert_eq!(PepperId::from_number(id.number()), Some(id));
        assert_eq!(PepperId::from_number(-1), None);
    }

    #[test]
    fn all_letters_of_kinds_are_two() {
        for kind in Kind::ALL {
            assert_eq!(kind.letters().len(), 2);
        }
    }
}
