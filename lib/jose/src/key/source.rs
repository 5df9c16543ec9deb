//! Where a verifier finds its keys: one key, or a set searched by `kid`.

use std::fmt;
use std::slice;
use std::sync::Arc;

use thiserror::Error;

use super::{KeyError, VerifyingKey};
use crate::{Algorithm, Jwk, JwkSet};

/// Gives the one key to verify a token with.
///
/// The token's header says which key it claims (`kid`) and by which algorithm; both only choose among
/// the keys that the verifier trusts already, each of which is bound to its own algorithm. Exactly
/// one key is tried per token.
pub trait KeySource {
    /// The key of this name for this algorithm. Without a name: the only key of the algorithm, and
    /// none where there are several.
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey>;

    /// Keys that [`find`](Self::find) gives for their own name and algorithm, where they are at hand
    /// as they are: a header that one of them writes itself is then known by its text, without being
    /// read. None unless overridden; that costs time, nothing else.
    fn at_hand(&self) -> &[VerifyingKey] {
        &[]
    }
}

/// A single key serves tokens that name it and tokens that name no key.
impl KeySource for VerifyingKey {
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey> {
        let named = match (kid, self.kid()) {
            (Some(wanted), Some(own)) => wanted == own,
            (Some(_) | None, _) => true,
        };
        (named && self.algorithm().same_as(algorithm)).then_some(self)
    }

    fn at_hand(&self) -> &[VerifyingKey] {
        slice::from_ref(self)
    }
}

impl<S: KeySource + ?Sized> KeySource for &S {
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey> {
        (**self).find(kid, algorithm)
    }

    fn at_hand(&self) -> &[VerifyingKey] {
        (**self).at_hand()
    }
}

impl<S: KeySource + ?Sized> KeySource for Arc<S> {
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey> {
        (**self).find(kid, algorithm)
    }

    fn at_hand(&self) -> &[VerifyingKey] {
        (**self).at_hand()
    }
}

/// Keys that verify, at most one of each name and algorithm.
#[derive(Clone, Default)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
}

/// Why keys make no set. The fault is the publisher's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// Two keys share name and algorithm, so that neither can be told from the other.
    #[error("two keys of the set share their kid and algorithm")]
    Duplicate,
    /// The set holds a private key or a shared secret. It was published, so it is burnt.
    #[error("the set holds a secret key; replace that key, it has been given away")]
    Secret,
    /// No key of the set serves any of the algorithms stated.
    #[error("no key of the set serves an accepted algorithm")]
    Empty,
}

impl KeySet {
    /// A set of these keys; it may be empty, and then verifies nothing.
    ///
    /// # Errors
    /// [`KeySetError::Duplicate`].
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeySetError> {
        let mut set = Self::default();
        for key in keys {
            if set.keys.iter().any(|other| is_same_name(other, &key)) {
                return Err(KeySetError::Duplicate);
            }
            set.keys.push(key);
        }
        Ok(set)
    }

    /// The keys of a JWK set that serve any of the algorithms stated. A key without `alg` serves each
    /// of them that fits its type; keys that fit none are left out.
    ///
    /// # Errors
    /// [`KeySetError`]: a set with a secret in it is refused whole, and so is one without any usable
    /// key.
    pub fn from_jwks(set: &JwkSet, algorithms: &[Algorithm]) -> Result<Self, KeySetError> {
        if set.keys().iter().any(Jwk::is_secret) {
            return Err(KeySetError::Secret);
        }
        let mut accepted: Vec<Algorithm> = Vec::new();
        for one in algorithms {
            if !accepted.iter().any(|other| other.same_as(*one)) {
                accepted.push(*one);
            }
        }
        let usable = set.keys().iter().flat_map(|jwk| {
            let named = jwk.alg().and_then(Algorithm::from_name);
            accepted.iter().filter_map(move |algorithm| {
                let key: Result<VerifyingKey, KeyError> = VerifyingKey::from_jwk(
                    jwk,
                    named
                        .filter(|one| one.same_as(*algorithm))
                        .unwrap_or(*algorithm),
                );
                key.ok()
            })
        });
        let set = Self::new(usable)?;
        if set.keys.is_empty() {
            Err(KeySetError::Empty)
        } else {
            Ok(set)
        }
    }

    /// The keys, in their order.
    #[must_use]
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// The set for publishing.
    #[must_use]
    pub fn to_jwks(&self) -> JwkSet {
        JwkSet::new(self.keys.iter().map(VerifyingKey::to_jwk).collect())
    }
}

impl KeySource for KeySet {
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey> {
        let mut fitting = self
            .keys
            .iter()
            .filter(|key| key.algorithm().same_as(algorithm));
        if let Some(kid) = kid {
            return fitting.find(|key| key.kid() == Some(kid));
        }
        fitting.next().filter(|_| fitting.next().is_none())
    }

    fn at_hand(&self) -> &[VerifyingKey] {
        &self.keys
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.keys).finish()
    }
}

fn is_same_name(one: &VerifyingKey, other: &VerifyingKey) -> bool {
    one.kid() == other.kid() && one.algorithm().same_as(other.algorithm())
}
