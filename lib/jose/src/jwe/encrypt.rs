//! Encrypt a content into a compact JWE (RFC 7516 §5.1).
//!
//! 1. The content key: given, derived from the recipient's key (`dir`, `ECDH-ES`), or new.
//! 2. Wrapped for the recipient.
//! 3. The protected header: `alg`, `enc`, `kid`, what the wrapping needs, what the caller adds.
//! 4. The content, encrypted and authenticated together with the header.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use serde::Serialize;
use serde_json::{Map, Value};

use super::algorithm::{KeyManagement, Scheme};
use super::content::{ContentEncryption, ContentKey, Sealed, seal};
use super::error::EncryptError;
use super::header::{HEADER_NAMES, MAX_HEADER_LEN};
use super::key::EncryptionKey;
use super::manage::{self, Parties, Wrapped};
use crate::base64url;

/// What the caller puts into the protected header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Protected {
    typ: Option<String>,
    cty: Option<String>,
    apu: Vec<u8>,
    apv: Vec<u8>,
    members: Map<String, Value>,
}

impl Protected {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The media type of the whole token, `typ`.
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Some(typ.into());
        self
    }

    /// The media type of the content, `cty`; `JWT` for a token inside (RFC 7519 §5.2).
    pub fn cty(mut self, cty: impl Into<String>) -> Self {
        self.cty = Some(cty.into());
        self
    }

    /// Who speaks to whom, for key agreement: `apu` and `apv` (RFC 7518 §4.6.1). Other algorithms
    /// leave them out: some readers refuse what they have no use for.
    pub fn parties(mut self, apu: &[u8], apv: &[u8]) -> Self {
        self.apu = apu.to_vec();
        self.apv = apv.to_vec();
        self
    }

    /// Another member, which everybody can read: such as a repeated claim (RFC 7519 §5.3).
    ///
    /// # Errors
    /// [`EncryptError::Reserved`] for a name with a meaning of its own, [`EncryptError::Duplicate`],
    /// [`EncryptError::Member`].
    pub fn member(mut self, name: &str, value: &impl Serialize) -> Result<Self, EncryptError> {
        if let Some(name) = HEADER_NAMES.into_iter().find(|one| *one == name) {
            return Err(EncryptError::Reserved(name));
        }
        let value = serde_json::to_value(value).map_err(|_| EncryptError::Member)?;
        match self.members.insert(name.to_owned(), value) {
            None => Ok(self),
            Some(_) => Err(EncryptError::Duplicate),
        }
    }

    pub(super) fn parties_named(&self) -> Parties<'_> {
        Parties {
            apu: &self.apu,
            apv: &self.apv,
        }
    }

    /// The encoded header, step 3.
    pub(super) fn write(
        &self,
        management: KeyManagement,
        enc: ContentEncryption,
        kid: Option<&str>,
        wrapping: &Map<String, Value>,
    ) -> Result<String, EncryptError> {
        let mut header = self.members.clone();
        let agrees = matches!(management.scheme(), Scheme::Agree(_));
        let party = |bytes: &[u8]| (agrees && !bytes.is_empty()).then(|| base64url::encode(bytes));
        let texts = [
            ("alg", Some(management.name().to_owned())),
            ("enc", Some(enc.name().to_owned())),
            ("kid", kid.map(str::to_owned)),
            ("typ", self.typ.clone()),
            ("cty", self.cty.clone()),
            ("apu", party(&self.apu)),
            ("apv", party(&self.apv)),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                header.insert(name.to_owned(), text.into());
            }
        }
        header.extend(wrapping.clone());
        let text = serde_json::to_vec(&header).map_err(|_| EncryptError::Member)?;
        let encoded = base64url::encode(text);
        if encoded.len() > MAX_HEADER_LEN {
            return Err(EncryptError::HeaderTooLong);
        }
        Ok(encoded)
    }
}

/// Encrypts `plaintext` to a recipient, under a new content key.
///
/// # Errors
/// [`EncryptError`] where the header is too long, a direct key is bound to another `enc`, or the
/// library fails.
pub fn encrypt(
    key: &EncryptionKey,
    enc: ContentEncryption,
    protected: &Protected,
    plaintext: &[u8],
) -> Result<String, EncryptError> {
    if key.management().is_direct() {
        let (content_key, wrapped) = manage::derive(key, enc, protected.parties_named())?;
        finish(key, &content_key, (protected, &wrapped), plaintext)
    } else {
        let content_key = ContentKey::generate(enc).map_err(|_| EncryptError::Refused)?;
        let wrapped = manage::wrap(key, &content_key, protected.parties_named())?;
        finish(key, &content_key, (protected, &wrapped), plaintext)
    }
}

/// Encrypts `plaintext` to a recipient under a content key that the caller chose, so that the caller
/// can [`open`](super::open) it again.
///
/// Who opens it so has no use for the wrapped key, and would not see that somebody changed it. So the
/// header, which the content's key authenticates, carries its digest (`ek_hash`, the SHA-256 in
/// base64url): other readers pass over a member that they do not know (RFC 7516 §4.3).
///
/// # Errors
/// [`EncryptError::ContentKey`] for `dir` and `ECDH-ES`, whose content key follows from the
/// recipient's; otherwise as for [`encrypt`].
pub fn encrypt_with(
    key: &EncryptionKey,
    content_key: &ContentKey,
    protected: &Protected,
    plaintext: &[u8],
) -> Result<String, EncryptError> {
    let wrapped = manage::wrap(key, content_key, protected.parties_named())?;
    let bound = key_hash(&wrapped.encrypted_key);
    let protected = protected.clone().member(KEY_HASH, &bound)?;
    finish(key, content_key, (&protected, &wrapped), plaintext)
}

/// The member that binds the wrapped key to what is opened without it.
pub(super) const KEY_HASH: &str = "ek_hash";

/// Its value.
pub(super) fn key_hash(encrypted_key: &[u8]) -> String {
    base64url::encode(digest(&SHA256, encrypted_key))
}

/// Steps 3 and 4.
fn finish(
    key: &EncryptionKey,
    content_key: &ContentKey,
    (protected, wrapped): (&Protected, &Wrapped),
    plaintext: &[u8],
) -> Result<String, EncryptError> {
    let (management, enc) = (key.management(), content_key.enc());
    let header = protected.write(management, enc, key.kid(), &wrapped.members)?;
    let (iv, sealed) = seal_content(content_key, header.as_bytes(), plaintext)?;
    let mut token = header;
    let parts = [&wrapped.encrypted_key, &iv, &sealed.ciphertext, &sealed.tag];
    token.reserve(parts.iter().map(|part| part.len() * 4 / 3 + 3).sum());
    for part in parts {
        token.push('.');
        base64url::encode_into(part, &mut token);
    }
    Ok(token)
}

/// Encrypts a content under a new initialisation vector.
pub(super) fn seal_content(
    key: &ContentKey,
    aad: &[u8],
    plaintext: &[u8],
) -> Result<(Vec<u8>, Sealed), EncryptError> {
    let mut iv = vec![0; key.enc().iv_len()];
    rand::fill(&mut iv).map_err(|_| EncryptError::Refused)?;
    let sealed = seal(key, &iv, aad, plaintext).map_err(|_| EncryptError::Refused)?;
    Ok((iv, sealed))
}
