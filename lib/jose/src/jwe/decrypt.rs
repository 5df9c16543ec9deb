//! Decrypt a compact JWE (RFC 7516 §5.2).
//!
//! 1. Its size and its five parts.
//! 2. The header: canonical base64url, strict JSON, no `crit`.
//! 3. `alg` is a known one, and never `RSA1_5`.
//! 4. `enc`, `typ`, `cty` and `zip` are what the recipient expects.
//! 5. The recipient's key for `kid` and `alg`, and that key's algorithm.
//! 6. The parts: canonical base64url, of the lengths that `enc` demands.
//! 7. What unwrapping needs from the header, within its limits.
//! 8. The content key; where it does not unwrap, one made of chance.
//! 9. The tag, and only then the content.
//! 10. Inflated, where it is compressed and that was allowed.

use std::fmt;

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::compact::Parts;
use super::content::{self, ContentEncryption, ContentKey};
use super::encrypt::{KEY_HASH, key_hash};
use super::error::{DecryptError, FormError, Part};
use super::expected::Expected;
use super::header::Header;
use super::key::{DecryptionKey, DecryptionKeySource};
use super::{KeyManagement, manage};
use crate::base64url;
use crate::json::{self, JsonError};
use crate::jwk::Secret;

/// A content that was decrypted. Only [`decrypt`], [`open`] and [`json::decrypt`](super::json::decrypt)
/// make one. Its content is wiped when dropped.
///
/// It is whole and as its author made it, but who that was, a public key does not tell.
pub struct Decrypted {
    plaintext: Secret,
    /// JSON text that the strict reader has passed.
    protected: String,
    enc: ContentEncryption,
    management: KeyManagement,
    kid: Option<String>,
    aad: Option<Vec<u8>>,
}

impl Decrypted {
    /// The content.
    #[must_use]
    pub fn plaintext(&self) -> &[u8] {
        &self.plaintext
    }

    /// The content, without a copy.
    #[must_use]
    pub fn into_plaintext(self) -> Zeroizing<Vec<u8>> {
        self.plaintext
    }

    /// A member of the protected header, where it is there and has the type asked for.
    #[must_use]
    pub fn protected<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let mut found = None;
        let read = json::members(&self.protected, |member, raw| {
            if member == name {
                found = serde_json::from_str(raw).ok();
            }
            Ok::<_, JsonError>(())
        });
        read.ok().and(found)
    }

    /// The content encryption.
    #[must_use]
    pub fn enc(&self) -> ContentEncryption {
        self.enc
    }

    /// The key management.
    #[must_use]
    pub fn management(&self) -> KeyManagement {
        self.management
    }

    /// The recipient's own name of the key that decrypted it.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The additional authenticated data of the JSON serialisation (RFC 7516 §7.2.1), where there is
    /// some.
    #[must_use]
    pub fn aad(&self) -> Option<&[u8]> {
        self.aad.as_deref()
    }

    pub(crate) fn protected_text(&self) -> &str {
        &self.protected
    }

    pub(super) fn with_aad(self, aad: Option<Vec<u8>>) -> Self {
        Self { aad, ..self }
    }
}

impl fmt::Debug for Decrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decrypted")
            .field("enc", &self.enc)
            .field("management", &self.management)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// Decrypts a compact JWE by a key of the recipient's own, steps 1 to 10.
///
/// # Errors
/// [`DecryptError`] names the first step that failed; steps 8 and 9 are one,
/// [`DecryptError::Failed`].
pub fn decrypt(
    token: &str,
    keys: &impl DecryptionKeySource,
    expected: &Expected<'_>,
) -> Result<Decrypted, DecryptError> {
    let parts = Parts::split(token, expected.limit())?;
    let bytes = parts.decode_header()?;
    let header = Header::read(&bytes)?;
    let management = header.management()?;
    let enc = expected.judge(&header)?;
    let key = keys
        .find(header.kid.as_deref(), management)
        .ok_or(DecryptError::KeyUnknown)?;
    let message = Message::compact(&parts, &bytes);
    message.decrypt_by(key, &header, enc, expected)
}

/// Opens a compact JWE by the content key that it was encrypted under, as who
/// [chose it](super::encrypt_with) can. The recipient's key is not needed. The wrapped key must be the
/// one that it was encrypted with.
///
/// # Errors
/// [`DecryptError`] as for [`decrypt`]; [`DecryptError::ContentKey`] for `dir` and `ECDH-ES`.
pub fn open(
    token: &str,
    content_key: &ContentKey,
    expected: &Expected<'_>,
) -> Result<Decrypted, DecryptError> {
    let parts = Parts::split(token, expected.limit())?;
    let bytes = parts.decode_header()?;
    let header = Header::read(&bytes)?;
    let management = header.management()?;
    let enc = expected.judge(&header)?;
    if management.is_direct() {
        return Err(DecryptError::ContentKey);
    }
    if content_key.enc() != enc {
        return Err(DecryptError::EncryptionMismatch);
    }
    let message = Message::compact(&parts, &bytes);
    let sealed = message.decode(enc)?;
    let plaintext = message.open(sealed, content_key, &header, expected)?;
    let decrypted = message.decrypted(plaintext, (management, enc), None);
    let own = key_hash(&decoded(Part::EncryptedKey, message.encrypted_key)?);
    let bound: Option<String> = decrypted.protected(KEY_HASH);
    if bound.as_ref() != Some(&own) {
        return Err(DecryptError::Failed);
    }
    Ok(decrypted)
}

/// A message as both serialisations carry it, for the recipient at hand.
pub(super) struct Message<'a> {
    /// The protected header, decoded.
    pub(super) protected: &'a [u8],
    /// What the tag covers beside the content.
    pub(super) aad: &'a [u8],
    pub(super) encrypted_key: &'a str,
    pub(super) iv: &'a str,
    pub(super) ciphertext: &'a str,
    pub(super) tag: &'a str,
}

/// The decoded parts of a content, of the right lengths.
struct SealedContent {
    iv: Vec<u8>,
    text: Secret,
    tag: Vec<u8>,
}

impl<'a> Message<'a> {
    fn compact(parts: &Parts<'a>, protected: &'a [u8]) -> Self {
        Self {
            protected,
            aad: parts.header.as_bytes(),
            encrypted_key: parts.encrypted_key,
            iv: parts.iv,
            ciphertext: parts.ciphertext,
            tag: parts.tag,
        }
    }

    /// Steps 5 to 10, for the key found.
    pub(super) fn decrypt_by(
        &self,
        key: &DecryptionKey,
        header: &Header<'_>,
        enc: ContentEncryption,
        expected: &Expected<'_>,
    ) -> Result<Decrypted, DecryptError> {
        let management = key.management();
        if header.management()? != management {
            return Err(DecryptError::AlgorithmMismatch);
        }
        let sealed = self.decode(enc)?;
        let encrypted_key = decoded(Part::EncryptedKey, self.encrypted_key)?;
        let content_key = manage::unwrap(key, header, enc, &encrypted_key)?;
        let plaintext = self.open(sealed, &content_key, header, expected)?;
        Ok(self.decrypted(plaintext, (management, enc), key.kid()))
    }

    /// Step 6.
    fn decode(&self, enc: ContentEncryption) -> Result<SealedContent, FormError> {
        let sealed = SealedContent {
            iv: decoded(Part::Iv, self.iv)?,
            text: Zeroizing::new(decoded(Part::Ciphertext, self.ciphertext)?),
            tag: decoded(Part::Tag, self.tag)?,
        };
        if sealed.iv.len() != enc.iv_len() {
            return Err(FormError::Length(Part::Iv));
        }
        if sealed.tag.len() != enc.tag_len() {
            return Err(FormError::Length(Part::Tag));
        }
        Ok(sealed)
    }

    /// Steps 9 and 10.
    fn open(
        &self,
        sealed: SealedContent,
        key: &ContentKey,
        header: &Header<'_>,
        expected: &Expected<'_>,
    ) -> Result<Secret, DecryptError> {
        let SealedContent { iv, mut text, tag } = sealed;
        content::open(key, &iv, self.aad, &mut text, &tag).map_err(|_| DecryptError::Failed)?;
        match header.zip {
            None => Ok(text),
            Some(_) => inflate(&text, expected),
        }
    }

    fn decrypted(
        &self,
        plaintext: Secret,
        (management, enc): (KeyManagement, ContentEncryption),
        kid: Option<&str>,
    ) -> Decrypted {
        Decrypted {
            plaintext,
            protected: String::from_utf8_lossy(self.protected).into_owned(),
            enc,
            management,
            kid: kid.map(str::to_owned),
            aad: None,
        }
    }
}

fn decoded(part: Part, text: &str) -> Result<Vec<u8>, FormError> {
    base64url::decode(text).map_err(|_| FormError::Encoding(part))
}

#[cfg(feature = "zip")]
fn inflate(text: &[u8], expected: &Expected<'_>) -> Result<Secret, DecryptError> {
    let limit = expected.inflated().ok_or(DecryptError::Compressed)?;
    super::zip::inflate(text, limit)
}

#[cfg(not(feature = "zip"))]
fn inflate(_: &[u8], _: &Expected<'_>) -> Result<Secret, DecryptError> {
    Err(DecryptError::Compressed)
}
