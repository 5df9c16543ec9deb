//! Is a JWK meant for what is asked of it? (RFC 7517 §4.2 to §4.4)

use super::super::algorithm::{KeyManagement, Scheme};
use super::super::content::ContentEncryption;
use super::super::error::EncryptionKeyError;
use crate::{Jwk, KeyError};

/// What a key is loaded for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Encrypt,
    Decrypt,
}

impl Operation {
    /// The values of `key_ops` that permit it: content keys are wrapped, encrypted or derived.
    fn permitted_by(self, management: KeyManagement) -> &'static [&'static str] {
        match (management.scheme(), self) {
            (Scheme::Agree(_), Self::Encrypt | Self::Decrypt) => &["deriveKey", "deriveBits"],
            (Scheme::Direct, Self::Encrypt) => &["encrypt"],
            (Scheme::Direct, Self::Decrypt) => &["decrypt"],
            (Scheme::Oaep(_) | Scheme::Wrap(_) | Scheme::Gcm(_), Self::Encrypt) => {
                &["wrapKey", "encrypt"]
            }
            (Scheme::Oaep(_) | Scheme::Wrap(_) | Scheme::Gcm(_), Self::Decrypt) => {
                &["unwrapKey", "decrypt"]
            }
            (Scheme::Password(..), Self::Encrypt | Self::Decrypt) => {
                &["deriveKey", "deriveBits", "unwrapKey"]
            }
        }
    }
}

/// `alg`, `use` and `key_ops`, where present, must permit the operation. A direct key's `alg` may be
/// `dir` or the name of its `enc`.
pub(super) fn check_fit(
    jwk: &Jwk,
    management: KeyManagement,
    enc: Option<ContentEncryption>,
    operation: Operation,
) -> Result<(), EncryptionKeyError> {
    if let Some(alg) = jwk.alg() {
        let is_enc = enc.is_some_and(|enc| enc.name() == alg);
        if alg != management.name() && !is_enc {
            return Err(KeyError::Algorithm.into());
        }
    }
    if jwk.key_use().is_some_and(|one| one != "enc") {
        return Err(EncryptionKeyError::Use);
    }
    let permitted = operation.permitted_by(management);
    match jwk.key_ops() {
        Some(ops) if !ops.iter().any(|one| permitted.contains(&one.as_str())) => {
            Err(KeyError::Operation.into())
        }
        Some(_) | None => Ok(()),
    }
}
