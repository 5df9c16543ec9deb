//! What was found authentic, and by which keys: remembered by the hash of what was signed and by the
//! signature, as long as those are the keys.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use quick_cache::sync::Cache;
use symbolon_jose::jwt::Hashed;
use symbolon_jose::{KeySet, VerifyError};

use crate::access::{Access, Facts};

/// No generation: it was never judged.
const NEVER: u64 = u64::MAX;

/// An authentic token, the keys by which it is, and the generation of what was known under which it
/// lived.
pub(crate) struct Kept {
    pub(crate) access: Access,
    pub(crate) facts: Facts,
    pub(crate) lived_in: AtomicU64,
    signature: Signature,
    keys: u64,
}

/// Without its signature, which would make it whole.
impl fmt::Debug for Kept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Kept")
            .field("access", &self.access)
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

/// A token's signature as it was presented. It has no `Debug`: tokens do not print.
struct Signature(Box<str>);

impl Signature {
    /// In constant time: the words of a token may be known to others, its signature makes it theirs.
    fn is(&self, other: &str) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), other.as_bytes()).is_ok()
    }
}

/// The issuer's keys: how many sets came, and the last.
#[derive(Clone, Default)]
struct Keys(u64, Option<Arc<KeySet>>);

/// The issuer's keys, and what they signed.
pub(crate) struct Keeper {
    keys: RwLock<Keys>,
    /// How many sets came, for those who only want to know that.
    generation: AtomicU64,
    kept: Cache<[u8; 32], Arc<Kept>>,
    /// Tokens that were remembered, and that were not.
    recalled: (AtomicU64, AtomicU64),
}

impl Keeper {
    /// Without keys; remembers so many tokens at most.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            keys: RwLock::default(),
            generation: AtomicU64::new(0),
            kept: Cache::new(most),
            recalled: <(AtomicU64, AtomicU64)>::default(),
        }
    }

    /// The same with room for another number of tokens, none of which is there yet.
    pub(crate) fn room(self, most: usize) -> Self {
        let kept = Cache::new(most);
        Self { kept, ..self }
    }

    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    /// How many presented tokens were remembered, and how many were not.
    pub(crate) fn recalled(&self) -> (u64, u64) {
        let (hits, misses) = &self.recalled;
        (hits.load(Ordering::Relaxed), misses.load(Ordering::Relaxed))
    }

    pub(crate) fn set(&self, keys: KeySet) {
        let mut place = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let generation = place.0 + 1;
        *place = Keys(generation, Some(Arc::new(keys)));
        self.generation.store(generation, Ordering::Release);
        drop(place);
        self.kept.clear();
    }

    pub(crate) fn keys(&self) -> Option<Arc<KeySet>> {
        self.generation_and_keys().1
    }

    fn generation_and_keys(&self) -> Keys {
        let keys = self.keys.read();
        keys.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A token that is authentic by the keys as they are.
    pub(crate) fn authentic(
        &self,
        token: &Hashed<'_>,
        check: impl FnOnce(&KeySet) -> Result<(Access, Facts), VerifyError>,
    ) -> Result<Arc<Kept>, VerifyError> {
        let name = token.sha256();
        let kept = self.kept.get(&name);
        // One that was checked while keys were replaced may have come in after the others were
        // forgotten.
        let generation = self.generation.load(Ordering::Acquire);
        let is_it =
            |kept: &Arc<Kept>| kept.keys == generation && kept.signature.is(token.signature());
        if let Some(kept) = kept.filter(is_it) {
            self.recalled.0.fetch_add(1, Ordering::Relaxed);
            return Ok(kept);
        }
        self.recalled.1.fetch_add(1, Ordering::Relaxed);
        let Keys(generation, keys) = self.generation_and_keys();
        let (access, facts) = check(&*keys.ok_or(VerifyError::KeyUnknown)?)?;
        let kept = Arc::new(Kept {
            access,
            facts,
            lived_in: AtomicU64::new(NEVER),
            signature: Signature(token.signature().into()),
            keys: generation,
        });
        self.kept.insert(name, Arc::clone(&kept));
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use symbolon_jose::{Algorithm, SigningKey, jwt};

    use super::*;
    use crate::access::{Typed, authenticate_hashed};

    #[test]
    fn what_was_checked_by_keys_that_were_replaced_meanwhile_is_not_remembered() {
        let key = |kid| {
            SigningKey::generate(Algorithm::Ed25519)
                .unwrap()
                .with_kid(kid)
        };
        let (old, new) = (key("old"), key("new"));
        let claims = json!({
            "iss": "https://id.example", "aud": "https://api.example", "sub": "alice",
            "client_id": "app", "jti": "a", "iat": 1, "exp": 2,
        });
        let token = jwt::sign(&old, jwt::Purpose::AccessToken, &claims).unwrap();
        let (issuer, audience) = ("https://id.example", "https://api.example");
        let expected = Typed::AccessToken.expected(issuer, audience);
        let token = Hashed::new(&token, expected).unwrap();
        let check = |keys: &KeySet| authenticate_hashed(&token, keys, audience);
        let keeper = Keeper::new(10);
        keeper.set(KeySet::new([old.public()]).unwrap());
        let found = keeper.authentic(&token, |keys| {
            let found = check(keys);
            keeper.set(KeySet::new([new.public()]).unwrap());
            found
        });
        assert!(found.is_ok());
        let again = keeper.authentic(&token, check);
        assert_eq!(again.err(), Some(VerifyError::KeyUnknown));
    }
}
