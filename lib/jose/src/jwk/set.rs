//! JWK sets (RFC 7517 §5), read within limits.
//!
//! A set from elsewhere may hold keys that this crate cannot use: of an unknown type, or lacking what
//! their type requires. They are skipped, as §5 asks, and counted. A set that is not strict JSON is
//! refused whole.

use std::str::FromStr;

use serde::Serialize;

use super::{Jwk, JwkError, MAX_JWK_LEN};
use crate::json::{self, JsonError};

/// Longest JWK set read, in bytes: large providers publish some 20 KiB with certificates.
pub const MAX_SET_LEN: usize = 256 * 1024;

/// Most keys in a set, so that neither memory nor a search by `kid` grows with what others publish.
pub const MAX_KEYS: usize = 100;

/// Keys published together.
#[derive(Clone, Debug, Default, Serialize)]
pub struct JwkSet {
    keys: Vec<Jwk>,
    #[serde(skip)]
    skipped: usize,
}

impl JwkSet {
    /// A set of these keys. Serialising it writes their public members only.
    #[must_use]
    pub fn new(keys: Vec<Jwk>) -> Self {
        Self { keys, skipped: 0 }
    }

    /// Reads a set from JSON text.
    ///
    /// # Errors
    /// [`JwkError`] where the set itself is too long, not strict JSON, without `keys`, or of more
    /// than [`MAX_KEYS`] keys.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, JwkError> {
        let bytes = text.as_ref();
        if bytes.len() > MAX_SET_LEN {
            return Err(JwkError::TooLong { limit: MAX_SET_LEN });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?;
        let mut array = None;
        json::members(text, |name, raw| {
            if name == "keys" {
                array = Some(raw);
            }
            Ok::<_, JsonError>(())
        })?;
        let (mut keys, mut found) = (Vec::new(), 0);
        json::elements(array.ok_or(JwkError::Missing("keys"))?, |raw| {
            found += 1;
            if found <= MAX_KEYS && raw.len() <= MAX_JWK_LEN {
                keys.extend(Jwk::from_strict(raw));
            }
        })
        .map_err(|_| JwkError::MemberType)?;
        if found > MAX_KEYS {
            return Err(JwkError::TooManyKeys);
        }
        Ok(Self {
            skipped: found - keys.len(),
            keys,
        })
    }

    /// The keys that were understood, in the order of the set.
    #[must_use]
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// How many keys of the set were skipped because they are not usable here.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }
}

impl FromStr for JwkSet {
    type Err = JwkError;

    fn from_str(text: &str) -> Result<Self, JwkError> {
        Self::parse(text)
    }
}
