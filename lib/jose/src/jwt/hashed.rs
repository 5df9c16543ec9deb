//! A JWT whose signing input is hashed once: for the name by which a verifier remembers it, and for
//! its signature.
//!
//! 1. Its size and its three parts, as [`verify`](super::verify) takes them.
//! 2. SHA-256 of header, dot and payload: with RS256, PS256 and ES256, this is what was signed.
//! 3. The other steps of [`verify`](super::verify), if it is not known.

use aws_lc_rs::digest::{Digest, SHA256, digest};
use serde::de::DeserializeOwned;

use super::Expected;
use super::verify::{Verified, verify_parts};
use crate::error::{FormError, VerifyError};
use crate::jws::{self, Check, Parts};
use crate::{Algorithm, KeySource, VerifyingKey};

/// A token that is expected, hashed but not verified. It has no `Debug`: tokens do not print.
///
/// Whoever remembers what was verified, so as not to verify it again, needs a name for it that nobody
/// can give to another token: the hash together with the signature. Compare the signature in constant
/// time, for the rest of a token may be known to those whose it is not. What is remembered holds for
/// the same keys and the same expectations alone; times go on, and are to be looked at again.
pub struct Hashed<'a> {
    parts: Parts<'a>,
    sha256: Digest,
    expected: Expected<'a>,
}

impl<'a> Hashed<'a> {
    /// Steps 1 and 2.
    ///
    /// # Errors
    /// [`FormError`]: it is no JWT, or longer than one of its purpose may be.
    pub fn new(token: &'a str, expected: Expected<'a>) -> Result<Self, FormError> {
        let parts = Parts::split(token, expected.purpose().max_len())?;
        let sha256 = digest(&SHA256, parts.signed.as_bytes());
        Ok(Self {
            parts,
            sha256,
            expected,
        })
    }

    /// SHA-256 of what is signed: the encoded header, a dot and the encoded payload.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.sha256.as_ref());
        bytes
    }

    /// The signature, encoded. Nothing has been checked of it.
    #[must_use]
    pub fn signature(&self) -> &'a str {
        self.parts.signature
    }

    /// Step 3.
    ///
    /// # Errors
    /// [`VerifyError`] names the first step that failed.
    pub fn verify<C: DeserializeOwned>(
        &self,
        keys: &impl KeySource,
    ) -> Result<Verified<C>, VerifyError> {
        let check = |key: &VerifyingKey| {
            let by = ByHash(key, &self.sha256);
            jws::check(&by, self.parts.signed.as_bytes(), self.parts.signature)
        };
        verify_parts(&self.parts, keys, &self.expected, check)
    }
}

/// A key that is told the hash of the one message that it is asked about.
struct ByHash<'a>(&'a VerifyingKey, &'a Digest);

impl Check for ByHash<'_> {
    fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }

    fn check(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_hashed(message, self.1, signature)
    }
}
