//! Keys that encrypt and keys that decrypt, each bound to one key management algorithm for life.

mod decryption;
mod encryption;
mod fit;
mod pkcs8;
mod source;

pub use decryption::DecryptionKey;
pub(super) use decryption::Opener;
pub use encryption::EncryptionKey;
pub(super) use encryption::Lock;
pub use source::{DecryptionKeySet, DecryptionKeySource};

use super::algorithm::{KeyManagement, Scheme};
use super::error::EncryptionKeyError;
use crate::KeyError;

/// Length of the shared key of an algorithm, in bytes; `None` for passwords.
fn secret_len(management: KeyManagement) -> Result<Option<usize>, EncryptionKeyError> {
    match management.scheme() {
        Scheme::Wrap(wrap) => Ok(Some(wrap.key_len())),
        Scheme::Gcm(algorithm) => Ok(Some(algorithm.key_len())),
        Scheme::Password(..) => Ok(None),
        Scheme::Direct => Err(EncryptionKeyError::Direct),
        Scheme::Oaep(_) | Scheme::Agree(_) => Err(KeyError::Asymmetric.into()),
    }
}

/// Checks a shared key's length: exact, or for passwords anything but nothing.
fn check_secret(management: KeyManagement, secret: &[u8]) -> Result<(), EncryptionKeyError> {
    let fits = match secret_len(management)? {
        Some(len) => secret.len() == len,
        None => !secret.is_empty(),
    };
    if fits {
        Ok(())
    } else {
        Err(EncryptionKeyError::SecretLength)
    }
}
