//! The digest of a password, which a slow hash is then made of: who has the database but not the
//! pepper cannot even begin to guess.
//!
//! Realm and subject are bound in: a row that was moved to another subject fits no password.

use aws_lc_rs::hmac;
use symbolon_token::node::{RealmNode, SubjectNode};
use symbolon_token::secret::Digest;

use super::{Pepper, PepperId, Peppered, Peppers, whole};

/// Stands where a digest of a token has the letters of its kind; no kind has these.
const LETTERS: &[u8; 2] = b"pw";

impl Peppers {
    /// Which pepper new digests are made with.
    #[must_use]
    pub fn current(&self) -> PepperId {
        self.current.id
    }

    /// The digest of a subject's password, under the current pepper.
    #[must_use]
    pub fn password(&self, realm: RealmNode, subject: SubjectNode, text: &str) -> Peppered {
        self.current.password(realm, subject, text)
    }

    /// The same under the pepper that a row names; `None` where it is not in the ring.
    #[must_use]
    pub fn password_under(
        &self,
        pepper: PepperId,
        (realm, subject): (RealmNode, SubjectNode),
        text: &str,
    ) -> Option<Peppered> {
        let mut peppers = std::iter::once(&self.current).chain(&self.older);
        let pepper = peppers.find(|one| one.id == pepper)?;
        Some(pepper.password(realm, subject, text))
    }
}

impl Pepper {
    fn password(&self, realm: RealmNode, subject: SubjectNode, text: &str) -> Peppered {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&realm.0.number().to_be_bytes());
        context.update(LETTERS);
        context.update(&subject.0.number().to_be_bytes());
        context.update(text.as_bytes());
        Peppered {
            pepper: self.id,
            digest: Digest(whole(&context.sign())),
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_token::kind::Kind;
    use symbolon_token::node::NodeId;

    use super::*;
    use crate::random::SystemRandom;
    use crate::root::RootKeys;

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    #[test]
    fn a_digest_is_its_realms_and_its_subjects() {
        let peppers = Peppers::new(&RootKeys::generate(&SystemRandom));
        let digest = |realm, subject, text| {
            peppers.password(RealmNode(node(realm)), SubjectNode(node(subject)), text)
        };
        let stored = digest(1, 2, "correct horse");
        assert!(stored == digest(1, 2, "correct horse"));
        assert!(stored != digest(3, 2, "correct horse"));
        assert!(stored != digest(1, 3, "correct horse"));
        assert!(stored != digest(1, 2, "correct house"));
    }

    #[test]
    fn an_old_pepper_is_found_by_its_id_after_a_rotation() {
        let old = RootKeys::generate(&SystemRandom);
        let (before, after) = (
            Peppers::new(&old),
            Peppers::new(&old.rotated(&SystemRandom).unwrap()),
        );
        let whose = (RealmNode(node(1)), SubjectNode(node(2)));
        let stored = before.password(whose.0, whose.1, "text");
        let found = after.password_under(stored.pepper, whose, "text");
        assert!(found == Some(stored));
        assert!(after.current() != stored.pepper);
        let younger = before.password_under(after.current(), whose, "text");
        assert!(younger.is_none());
    }

    #[test]
    fn no_kind_of_token_has_the_letters_of_passwords() {
        for kind in Kind::ALL {
            assert_ne!(kind.letters().as_bytes(), LETTERS);
        }
    }
}
