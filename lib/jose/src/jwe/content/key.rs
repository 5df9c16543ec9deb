//! The key that encrypts one content.

use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::ContentEncryption;
use crate::jwe::error::EncryptionKeyError;
use crate::jwk::Secret;

/// A content encryption key (CEK, RFC 7516 §2), bound to one `enc`. Wiped when dropped; no `Debug`.
///
/// Mostly nobody sees one: [`encrypt`](crate::jwe::encrypt) makes a new one each time. Whoever has to
/// open again what it encrypted to somebody else's public key derives it from something that it will
/// know then, as a MAC over the token's `jti`, and uses
/// [`encrypt_with`](crate::jwe::encrypt_with) and [`open`](crate::jwe::open). One content key serves
/// one content: under GCM, a second one under the same key would betray both if the random
/// initialisation vectors ever met.
#[derive(Clone)]
pub struct ContentKey {
    enc: ContentEncryption,
    bytes: Secret,
}

impl ContentKey {
    /// A key of exactly [`ContentEncryption::key_len`] bytes.
    ///
    /// # Errors
    /// [`EncryptionKeyError::SecretLength`].
    pub fn new(enc: ContentEncryption, bytes: &[u8]) -> Result<Self, EncryptionKeyError> {
        if bytes.len() != enc.key_len() {
            return Err(EncryptionKeyError::SecretLength);
        }
        Ok(Self {
            enc,
            bytes: Zeroizing::new(bytes.to_vec()),
        })
    }

    /// A new key from the system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Generation`](crate::KeyError::Generation) where there is none.
    pub fn generate(enc: ContentEncryption) -> Result<Self, EncryptionKeyError> {
        let mut bytes = Zeroizing::new(vec![0; enc.key_len()]);
        rand::fill(&mut bytes).map_err(|_| crate::KeyError::Generation)?;
        Ok(Self { enc, bytes })
    }

    /// Puts other bytes in its place, where they have its length; else it stays what it is. Nothing is
    /// allocated either way.
    pub(in crate::jwe) fn replace(&mut self, bytes: &[u8]) {
        if bytes.len() == self.bytes.len() {
            self.bytes.copy_from_slice(bytes);
        }
    }

    /// The content encryption that it is bound to.
    #[must_use]
    pub fn enc(&self) -> ContentEncryption {
        self.enc
    }

    pub(in crate::jwe) fn reveal(&self) -> &[u8] {
        &self.bytes
    }
}
