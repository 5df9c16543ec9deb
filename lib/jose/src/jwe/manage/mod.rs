//! Key management: from a recipient's key to the content key, and back (RFC 7518 §4).

mod aes;
mod agree;
mod oaep;
mod password;

use serde_json::{Map, Value};

pub use password::{MAX_ITERATIONS, MIN_SALT_LEN};

use super::algorithm::Scheme;
use super::content::{ContentEncryption, ContentKey};
use super::error::{DecryptError, EncryptError, FormError, Part};
use super::header::Header;
use super::key::{DecryptionKey, EncryptionKey, Lock, Opener};
use crate::base64url;
use crate::jwk::Secret;

/// A content key under way to one recipient: what goes into the encrypted key, and into the header.
#[derive(Default)]
pub(super) struct Wrapped {
    pub(super) encrypted_key: Vec<u8>,
    pub(super) members: Map<String, Value>,
}

/// Who speaks to whom, for key agreement (RFC 7518 §4.6.1.2 and §4.6.1.3).
#[derive(Clone, Copy, Default)]
pub(super) struct Parties<'a> {
    pub(super) apu: &'a [u8],
    pub(super) apv: &'a [u8],
}

/// The content key that follows from the recipient's key, for `dir` and `ECDH-ES`.
pub(super) fn derive(
    key: &EncryptionKey,
    enc: ContentEncryption,
    parties: Parties<'_>,
) -> Result<(ContentKey, Wrapped), EncryptError> {
    match key.lock() {
        Lock::Direct(content_key) if content_key.enc() == enc => {
            Ok((content_key.clone(), Wrapped::default()))
        }
        Lock::Direct(_) => Err(EncryptError::Encryption),
        Lock::Point(point) => agree::derive(point, enc, parties),
        Lock::Rsa { .. } | Lock::Shared(_) => Err(EncryptError::Refused),
    }
}

/// Wraps a content key for a recipient.
pub(super) fn wrap(
    key: &EncryptionKey,
    content_key: &ContentKey,
    parties: Parties<'_>,
) -> Result<Wrapped, EncryptError> {
    let content_key = content_key.reveal();
    match (key.management().scheme(), key.lock()) {
        (Scheme::Oaep(algorithm), Lock::Rsa { key, .. }) => {
            let encrypted_key = oaep::encrypt(key, algorithm, content_key)?;
            Ok(Wrapped {
                encrypted_key,
                members: Map::new(),
            })
        }
        (Scheme::Agree(Some(wrap)), Lock::Point(point)) => {
            let alg = key.management().name();
            agree::wrap(point, (alg, wrap), content_key, parties)
        }
        (Scheme::Wrap(wrap), Lock::Shared(secret)) => Ok(Wrapped {
            encrypted_key: aes::wrap(wrap, secret, content_key).ok_or(EncryptError::Refused)?,
            members: Map::new(),
        }),
        (Scheme::Gcm(algorithm), Lock::Shared(secret)) => {
            aes::encrypt(algorithm, secret, content_key).ok_or(EncryptError::Refused)
        }
        (Scheme::Agree(None) | Scheme::Direct, _) => Err(EncryptError::ContentKey),
        (_, _) => Err(EncryptError::Refused),
    }
}

/// The content key for `enc` that `encrypted_key` holds.
///
/// An error tells only of what stands in the open. Where the key itself does not open, or is no key
/// for `enc`, the caller gets another one, made of chance, with which authentication fails later: so
/// neither the error nor the time tells which it was (RFC 7516 §11.5). That one is made in any case,
/// and one that opens is copied over it: beyond the primitive's own work, the two differ by that copy.
pub(super) fn unwrap(
    key: &DecryptionKey,
    header: &Header<'_>,
    enc: ContentEncryption,
    encrypted_key: &[u8],
) -> Result<ContentKey, DecryptError> {
    let mut found = ContentKey::generate(enc).map_err(|_| DecryptError::Failed)?;
    if key.management().is_direct() && !encrypted_key.is_empty() {
        return Err(FormError::Length(Part::EncryptedKey).into());
    }
    let parameters = &header.parameters;
    let opened: Option<Secret> = match (key.management().scheme(), key.opener()) {
        (Scheme::Direct, Opener::Direct(content_key)) if content_key.enc() == enc => {
            return Ok(content_key.clone());
        }
        (Scheme::Direct, _) => return Err(DecryptError::EncryptionMismatch),
        (Scheme::Oaep(algorithm), Opener::Rsa { key, .. }) => {
            oaep::decrypt(key, algorithm, encrypted_key)
        }
        (
            Scheme::Agree(wrap),
            Opener::Private {
                key: private,
                public,
            },
        ) => {
            let agreement = agree::Agreement::read(parameters, public.curve)?;
            match wrap {
                None => Some(agreement.derive(private, enc.name(), enc.key_len())?),
                Some(wrap) => {
                    let name = key.management().name();
                    let agreed = agreement.derive(private, name, wrap.key_len())?;
                    aes::unwrap(wrap, &agreed, encrypted_key)
                }
            }
        }
        (Scheme::Wrap(wrap), Opener::Shared(secret)) => aes::unwrap(wrap, secret, encrypted_key),
        (Scheme::Gcm(algorithm), Opener::Shared(secret)) => {
            let sealing = aes::Sealing::read(parameters)?;
            sealing.decrypt(algorithm, secret, encrypted_key)
        }
        (Scheme::Password(hash, wrap), Opener::Shared(password)) => {
            let stretch = password::Stretch::read(parameters, key.management())?;
            let derived = stretch.derive(hash, password, wrap.key_len());
            aes::unwrap(wrap, &derived, encrypted_key)
        }
        (_, _) => return Err(DecryptError::AlgorithmMismatch),
    };
    if let Some(bytes) = opened {
        found.replace(&bytes);
    }
    Ok(found)
}

/// Decodes a header parameter.
fn decoded(name: &'static str, text: Option<&str>) -> Result<Vec<u8>, FormError> {
    let text = text.ok_or(FormError::HeaderMember(name))?;
    base64url::decode(text).map_err(|_| FormError::HeaderMember(name))
}
