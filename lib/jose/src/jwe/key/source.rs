//! Where a recipient finds its keys: one key, or a set searched by `kid`.

use std::sync::Arc;

use super::super::algorithm::KeyManagement;
use super::super::error::EncryptionKeyError;
use super::DecryptionKey;
use crate::{Jwk, JwkSet};

/// Gives the one key to decrypt a token with.
///
/// The token's header says which key it was encrypted for (`kid`) and by which algorithm; both only
/// choose among the recipient's keys, each of which is bound to its own algorithm. Exactly one key is
/// tried per token.
pub trait DecryptionKeySource {
    /// The key of this name for this algorithm. Without a name: the only key of the algorithm, and
    /// none where there are several.
    fn find(&self, kid: Option<&str>, management: KeyManagement) -> Option<&DecryptionKey>;
}

/// A single key serves tokens that name it and tokens that name no key.
impl DecryptionKeySource for DecryptionKey {
    fn find(&self, kid: Option<&str>, management: KeyManagement) -> Option<&DecryptionKey> {
        let named = match (kid, self.kid()) {
            (Some(wanted), Some(own)) => wanted == own,
            (Some(_) | None, _) => true,
        };
        (named && self.management() == management).then_some(self)
    }
}

impl<S: DecryptionKeySource + ?Sized> DecryptionKeySource for &S {
    fn find(&self, kid: Option<&str>, management: KeyManagement) -> Option<&DecryptionKey> {
        (**self).find(kid, management)
    }
}

impl<S: DecryptionKeySource + ?Sized> DecryptionKeySource for Arc<S> {
    fn find(&self, kid: Option<&str>, management: KeyManagement) -> Option<&DecryptionKey> {
        (**self).find(kid, management)
    }
}

/// Keys that decrypt, at most one of each name and algorithm.
#[derive(Default)]
pub struct DecryptionKeySet {
    keys: Vec<DecryptionKey>,
}

impl DecryptionKeySet {
    /// A set of these keys; it may be empty, and then decrypts nothing.
    ///
    /// # Errors
    /// [`EncryptionKeyError::Duplicate`].
    pub fn new(keys: impl IntoIterator<Item = DecryptionKey>) -> Result<Self, EncryptionKeyError> {
        let mut set = Self::default();
        for key in keys {
            let same = |other: &DecryptionKey| {
                other.kid() == key.kid() && other.management() == key.management()
            };
            if set.keys.iter().any(same) {
                return Err(EncryptionKeyError::Duplicate);
            }
            set.keys.push(key);
        }
        Ok(set)
    }

    /// The keys, in their order.
    #[must_use]
    pub fn keys(&self) -> &[DecryptionKey] {
        &self.keys
    }

    /// The public halves for publishing; shared keys are left out.
    #[must_use]
    pub fn to_jwks(&self) -> JwkSet {
        let public: Vec<Jwk> = self.keys.iter().filter_map(DecryptionKey::to_jwk).collect();
        JwkSet::new(public)
    }
}

impl DecryptionKeySource for DecryptionKeySet {
    fn find(&self, kid: Option<&str>, management: KeyManagement) -> Option<&DecryptionKey> {
        let mut fitting = self
            .keys
            .iter()
            .filter(|key| key.management() == management);
        if let Some(kid) = kid {
            return fitting.find(|key| key.kid() == Some(kid));
        }
        fitting.next().filter(|_| fitting.next().is_none())
    }
}
