//! A set of keys as a client or resource publishes it.

use symbolon_jose::{JwkSet, KeySet, KeySetError};

use super::JwksUriError;
use crate::client::ASSERTION_ALGORITHMS;

/// Keys in a set: each stands in memory opened, an RSA key without `alg` once for each algorithm.
const MAX_KEYS: usize = 20;

/// A set, and those of its keys that sign.
#[derive(Debug, Default)]
pub struct PublishedKeys {
    /// All that were understood.
    pub all: JwkSet,
    /// Those that verify signatures.
    pub signature: KeySet,
}

impl PublishedKeys {
    /// Reads a set.
    ///
    /// # Errors
    /// [`JwksUriError::Unusable`] where it is none, or gives a secret away.
    pub fn read(document: &[u8]) -> Result<Self, JwksUriError> {
        let unusable = |error: &dyn ToString| JwksUriError::Unusable(error.to_string());
        let all = JwkSet::parse(document).map_err(|error| unusable(&error))?;
        if all.keys().len() > MAX_KEYS {
            return Err(JwksUriError::Unusable(format!("at most {MAX_KEYS} keys")));
        }
        let signature = match KeySet::from_jwks(&all, &ASSERTION_ALGORITHMS) {
            // They may be for encryption alone.
            Err(KeySetError::Empty) => Ok(KeySet::default()),
            other => other,
        };
        Ok(Self {
            signature: signature.map_err(|error| unusable(&error))?,
            all,
        })
    }

    /// Whether a key has this name; nobody's name is everybody's.
    #[must_use]
    pub fn has(&self, kid: Option<&str>) -> bool {
        let mut kids = self.all.keys().iter().map(|key| key.kid());
        kid.is_none() || kids.any(|own| own == kid)
    }
}
