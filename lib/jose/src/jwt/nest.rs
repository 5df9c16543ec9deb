//! Claims that are signed, and then encrypted (RFC 7519 §5.2, RFC 7516).
//!
//! The order is this one because a signature over what is encrypted could be taken off and replaced
//! (RFC 7519 §11.2). Both layers say what they are: outside `cty` is `JWT`, and `typ` is the purpose's,
//! so that an encrypted token of one purpose serves no other (RFC 8725 §3.11); inside, all is as in a
//! token that is only signed.
//!
//! 1. Outside: the steps of [`jwe::decrypt`], with `cty: JWT` and the purpose's `typ`, or none.
//! 2. Inside: the steps of [`verify`](super::verify).
//! 3. What the outer header repeats of the claims (RFC 7519 §5.3) is what they say.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{Claim, Expected, Verified, sign, verify};
use crate::base64url;
use crate::error::{SignError, VerifyError};
use crate::json::{self, JsonError};
use crate::jwe::{
    self, ContentEncryption, ContentKey, DecryptError, Decrypted, DecryptionKeySource,
    EncryptError, EncryptionKey, Protected,
};
use crate::jws::{Parts, Typ};
use crate::jwt::Purpose;
use crate::{KeySource, SigningKey};

/// The `cty` of an encrypted token that holds a token (RFC 7519 §5.2).
const NESTED: &str = "JWT";

/// How much longer an encrypted token may be than the signed one inside: base64url takes four
/// characters for three bytes, and the header and the key come on top.
const GROWTH: usize = 2;

/// Why nothing was signed and encrypted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NestingError {
    /// The inner layer.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The outer layer.
    #[error(transparent)]
    Encrypt(#[from] EncryptError),
    /// A claim was to be repeated in the header that the claims do not hold; the caller's fault.
    #[error("the claim {0} was to be repeated in the header, but is not there")]
    NothingToRepeat(Claim),
}

/// Why a token is not believed. Whatever it is, nothing of the token was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnnestError {
    /// The outer layer.
    #[error(transparent)]
    Decrypt(#[from] DecryptError),
    /// The inner layer.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The content is not text, so it is no token.
    #[error("the encrypted content is no token")]
    NotAToken,
    /// The header repeats a claim otherwise than the claims have it, or one that they lack: somebody
    /// wrapped another's token anew.
    #[error("the header repeats the claim {0}, but not as the claims have it")]
    Repeated(Claim),
    /// The same, with a claim that has no name here.
    #[error("the header repeats a claim, but not as the claims have it")]
    RepeatedOther,
}

/// For whom, how, and what stays readable: the outer layer.
#[derive(Clone, Copy)]
#[must_use]
pub struct Nesting<'a> {
    key: &'a EncryptionKey,
    content: Content<'a>,
    repeated: &'a [Claim],
}

#[derive(Clone, Copy)]
enum Content<'a> {
    New(ContentEncryption),
    Given(&'a ContentKey),
}

impl<'a> Nesting<'a> {
    /// To this recipient, under a new content key for `enc`.
    pub fn new(key: &'a EncryptionKey, enc: ContentEncryption) -> Self {
        Self {
            key,
            content: Content::New(enc),
            repeated: &[],
        }
    }

    /// To this recipient, under a content key that the caller can find again
    /// ([`open_and_verify`]). Not for `dir` and `ECDH-ES`.
    pub fn with_content_key(key: &'a EncryptionKey, content_key: &'a ContentKey) -> Self {
        Self {
            key,
            content: Content::Given(content_key),
            repeated: &[],
        }
    }

    /// Repeats these claims in the header, where everybody can read them (RFC 7519 §5.3).
    pub fn repeat(self, repeated: &'a [Claim]) -> Self {
        Self { repeated, ..self }
    }

    fn encrypt(&self, purpose: Purpose, token: &str) -> Result<String, NestingError> {
        let mut protected = Protected::new().typ(purpose.typ()).cty(NESTED);
        if !self.repeated.is_empty() {
            let claims = claims_of(token).ok_or(SignError::Claims)?;
            for claim in self.repeated {
                let value = claims.get(claim.name());
                let value = value.ok_or(NestingError::NothingToRepeat(*claim))?;
                protected = protected.member(claim.name(), value)?;
            }
        }
        Ok(match self.content {
            Content::New(enc) => jwe::encrypt(self.key, enc, &protected, token.as_bytes())?,
            Content::Given(content_key) => {
                jwe::encrypt_with(self.key, content_key, &protected, token.as_bytes())?
            }
        })
    }
}

/// Signs claims for a purpose and encrypts the token.
///
/// ```
/// # use symbolon_jose::jwe::{ContentEncryption, Curve, DecryptionKey, KeyManagement};
/// # use symbolon_jose::jwt::{self, Expected, Nesting, Purpose};
/// # use symbolon_jose::{Algorithm, SigningKey};
/// # let now = 1_800_000_000;
/// let signing = SigningKey::generate(Algorithm::Es256)?.with_kid("s1");
/// let own = DecryptionKey::generate_on(Curve::X25519, KeyManagement::EcdhEs)?.with_kid("e1");
/// let public = own.encryption_key()?;
///
/// let claims = serde_json::json!({
///     "iss": "https://id.example", "sub": "alice", "aud": "app", "iat": now, "exp": now + 300,
/// });
/// let nesting = Nesting::new(&public, ContentEncryption::A256Gcm);
/// let token = jwt::sign_and_encrypt(&signing, Purpose::IdToken, &claims, &nesting)?;
///
/// let expected = Expected::new(Purpose::IdToken, "https://id.example", "app", now + 60);
/// let verified = jwt::decrypt_and_verify::<serde_json::Value>(
///     &token,
///     &own,
///     &signing.public(),
///     &expected,
///     &[ContentEncryption::A256Gcm],
/// )?;
/// assert_eq!(verified.claims(), &claims);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`NestingError`] where either layer fails.
pub fn sign_and_encrypt(
    key: &SigningKey,
    purpose: Purpose,
    claims: &impl Serialize,
    nesting: &Nesting<'_>,
) -> Result<String, NestingError> {
    nesting.encrypt(purpose, &Zeroizing::new(sign(key, purpose, claims)?))
}

impl super::Signer {
    /// Signs claims and encrypts the token, as [`sign_and_encrypt`] does.
    ///
    /// # Errors
    /// [`NestingError`] where either layer fails.
    pub fn sign_and_encrypt(
        &self,
        claims: &impl Serialize,
        nesting: &Nesting<'_>,
    ) -> Result<String, NestingError> {
        nesting.encrypt(self.purpose(), &Zeroizing::new(self.sign(claims)?))
    }
}

/// Decrypts a token by a key of the recipient's own and verifies what was inside, steps 1 to 3.
///
/// # Errors
/// [`UnnestError`] names the first step that failed.
pub fn decrypt_and_verify<C: DeserializeOwned>(
    token: &str,
    own: &impl DecryptionKeySource,
    issuers: &impl KeySource,
    expected: &Expected<'_>,
    accepted: &[ContentEncryption],
) -> Result<Verified<C>, UnnestError> {
    let outside = outside(expected, accepted);
    admit(&jwe::decrypt(token, own, &outside)?, issuers, expected)
}

/// Opens a token by the content key that it was encrypted under, and verifies what was inside: for
/// who issued it to somebody else's key and knows the content key again.
///
/// # Errors
/// [`UnnestError`] names the first step that failed.
pub fn open_and_verify<C: DeserializeOwned>(
    token: &str,
    content_key: &ContentKey,
    issuers: &impl KeySource,
    expected: &Expected<'_>,
) -> Result<Verified<C>, UnnestError> {
    let accepted = [content_key.enc()];
    let outside = outside(expected, &accepted);
    admit(&jwe::open(token, content_key, &outside)?, issuers, expected)
}

fn outside<'a>(expected: &Expected<'_>, accepted: &'a [ContentEncryption]) -> jwe::Expected<'a> {
    let purpose = expected.purpose();
    jwe::Expected::new(accepted, purpose.accepted_outside(), Typ::AnyOf(&[NESTED]))
        .max_len(purpose.max_len() * GROWTH)
}

/// Steps 2 and 3.
fn admit<C: DeserializeOwned>(
    decrypted: &Decrypted,
    issuers: &impl KeySource,
    expected: &Expected<'_>,
) -> Result<Verified<C>, UnnestError> {
    let token = std::str::from_utf8(decrypted.plaintext()).map_err(|_| UnnestError::NotAToken)?;
    let verified = verify(token, issuers, expected)?;
    check_repeated(decrypted, token)?;
    Ok(verified)
}

/// Step 3. Most headers repeat nothing; the claims are read again only for those that may.
fn check_repeated(decrypted: &Decrypted, token: &str) -> Result<(), UnnestError> {
    let mut repeated = Vec::new();
    json::members(decrypted.protected_text(), |name, raw| {
        if !jwe::HEADER_NAMES.contains(&name) {
            repeated.push((name.to_owned(), raw));
        }
        Ok::<_, JsonError>(())
    })
    .map_err(|_| UnnestError::NotAToken)?;
    if repeated.is_empty() {
        return Ok(());
    }
    let claims = claims_of(token).ok_or(UnnestError::NotAToken)?;
    for (name, raw) in repeated {
        let value: Option<Value> = serde_json::from_str(raw).ok();
        let same = value.is_some() && claims.get(&name) == value.as_ref();
        match Claim::from_name(&name) {
            Some(claim) if !same => return Err(UnnestError::Repeated(claim)),
            None if !same && claims.contains_key(&name) => return Err(UnnestError::RepeatedOther),
            Some(_) | None => {}
        }
    }
    Ok(())
}

/// The claims of a token that was just signed or verified.
fn claims_of(token: &str) -> Option<Map<String, Value>> {
    let parts = Parts::split(token, usize::MAX).ok()?;
    serde_json::from_slice(&base64url::decode(parts.payload).ok()?).ok()
}
