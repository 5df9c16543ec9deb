//! Shared secrets: HS256, HS384 and HS512, for `client_secret_jwt` and nothing else.
//!
//! A secret that verifies can also sign, so a token under one proves nothing to a third party. It has
//! one honest use here: a client that shares a secret with the server proves itself by an assertion
//! (RFC 7523 §2.2). [`SymmetricKey`] is no [`KeySource`](crate::KeySource) and a
//! [`VerifyingKey`](crate::VerifyingKey) never does HMAC: to verify an HMAC by a public key does not
//! compile.
//!
//! ```
//! # use symbolon_jose::{Algorithm, SymmetricKey, jwt::{Expected, Purpose}, symmetric};
//! # let (issuer, now) = ("https://id.example", 1_800_000_000);
//! let key = SymmetricKey::new(Algorithm::Hs256, &[7; 64])?;
//! let claims = serde_json::json!({
//!     "iss": "app", "sub": "app", "aud": issuer, "exp": now + 60, "jti": "7c1f",
//! });
//! let token = symmetric::sign(&key, &claims)?;
//! let expected = Expected::new(Purpose::ClientAssertion, "app", issuer, now);
//! let verified = symmetric::verify::<serde_json::Value>(&token, &key, &expected)?;
//! assert_eq!(verified.claims(), &claims);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```compile_fail
//! # use symbolon_jose::{Algorithm, SymmetricKey, jwt::{self, Expected, Purpose}, symmetric};
//! # let (issuer, now, token) = ("https://id.example", 1_800_000_000, "");
//! let key = SymmetricKey::new(Algorithm::Hs256, &[7; 64])?;
//! let expected = Expected::new(Purpose::AccessToken, issuer, "api", now);
//! let verified = jwt::verify::<serde_json::Value>(&token, &key, &expected)?; // no `KeySource`
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod jws_form;

use aws_lc_rs::hmac;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{SignError, VerifyError};
use crate::jwk::Material;
use crate::jws::{self, Check, Coding, Parts, SignatureRoom, Typ, VerifiedJws};
use crate::jwt::{self, Expected, Purpose, Verified};
use crate::key::{MAX_SIGNATURE_LEN, Operation, check_fit, written};
use crate::{Algorithm, Jwk, KeyError, base64url};

pub use jws_form::{
    sign_jws_detached, sign_jws_json, sign_jws_unencoded, verify_jws_detached, verify_jws_json,
    verify_jws_json_unencoded, verify_jws_unencoded,
};

/// A shared secret and its algorithm. Has no `Debug`.
pub struct SymmetricKey {
    algorithm: Algorithm,
    kid: Option<String>,
    /// The encoded header of a client assertion by this secret.
    written: Option<Box<str>>,
    key: hmac::Key,
}

impl SymmetricKey {
    /// A secret for HMAC, at least as long as the hash (RFC 7518 §3.2): 32, 48 or 64 bytes.
    ///
    /// # Errors
    /// [`KeyError::Asymmetric`] for an algorithm of key pairs; [`KeyError::SecretTooShort`].
    pub fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        let hash = hash(algorithm)?;
        if secret.len() < hash.tag_len() {
            return Err(KeyError::SecretTooShort);
        }
        Ok(Self {
            algorithm,
            kid: None,
            written: written(algorithm, None, Purpose::ClientAssertion),
            key: hmac::Key::new(hash, secret),
        })
    }

    /// Loads an `oct` JWK, whose `alg`, `use` and `key_ops`, where present, must allow verifying.
    ///
    /// # Errors
    /// [`KeyError`] where it does not fit, or is too short.
    pub fn from_jwk(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, KeyError> {
        hash(algorithm)?;
        check_fit(jwk, algorithm, Operation::Verify)?;
        match &jwk.material {
            Material::Oct { k } => {
                let key = Self::new(algorithm, k)?;
                Ok(Self {
                    kid: jwk.kid().map(str::to_owned),
                    written: written(algorithm, jwk.kid(), Purpose::ClientAssertion),
                    ..key
                })
            }
            Material::Okp { .. }
            | Material::Ec { .. }
            | Material::Rsa { .. }
            | Material::Akp { .. } => Err(KeyError::KeyType),
        }
    }

    /// The algorithm that it is bound to.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The tag over a message.
    ///
    /// # Errors
    /// [`SignError::Refused`] where the library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.sign_into(message, &mut [0; MAX_SIGNATURE_LEN])
            .map(<[u8]>::to_vec)
    }

    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&Self> {
        let named = match (kid, self.kid.as_deref()) {
            (Some(wanted), Some(own)) => wanted == own,
            (Some(_) | None, _) => true,
        };
        (named && self.algorithm == algorithm).then_some(self)
    }

    fn sign_into<'b>(
        &self,
        message: &[u8],
        room: &'b mut SignatureRoom,
    ) -> Result<&'b [u8], SignError> {
        hmac::sign_to_buffer(&self.key, message, room)
            .map(|tag| &*tag)
            .map_err(|_| SignError::Refused)
    }
}

impl Check for SymmetricKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// In constant time, over the whole tag.
    fn check(&self, message: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.key, message, signature).is_ok()
    }
}

fn hash(algorithm: Algorithm) -> Result<hmac::Algorithm, KeyError> {
    match algorithm {
        Algorithm::Hs256 => Ok(hmac::HMAC_SHA256),
        Algorithm::Hs384 => Ok(hmac::HMAC_SHA384),
        Algorithm::Hs512 => Ok(hmac::HMAC_SHA512),
        Algorithm::Ed25519
        | Algorithm::EdDsa
        | Algorithm::Es256
        | Algorithm::Es384
        | Algorithm::Es512
        | Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512
        | Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512 => Err(KeyError::Asymmetric),
        #[cfg(feature = "ml-dsa")]
        Algorithm::MlDsa44 | Algorithm::MlDsa65 | Algorithm::MlDsa87 => Err(KeyError::Asymmetric),
    }
}

/// Signs a client assertion, as a client does.
///
/// # Errors
/// [`SignError`] where the claims are no JSON object, or the library fails.
pub fn sign(key: &SymmetricKey, claims: &impl Serialize) -> Result<String, SignError> {
    let typ = Some(Purpose::ClientAssertion.typ());
    let header = jws::prefix(key.algorithm.name(), key.kid.as_deref(), typ)?;
    jws::seal(jwt::write(header, claims)?, |message, room| {
        key.sign_into(message, room)
    })
}

/// Verifies a client assertion by the client's secret.
///
/// # Errors
/// [`VerifyError`] names the first step of [`jwt::verify`] that failed;
/// [`VerifyError::SecretPurpose`] where anything but a client assertion is expected.
pub fn verify<C: DeserializeOwned>(
    token: &str,
    key: &SymmetricKey,
    expected: &Expected<'_>,
) -> Result<Verified<C>, VerifyError> {
    let purpose = expected.purpose();
    if purpose != Purpose::ClientAssertion {
        return Err(VerifyError::SecretPurpose(purpose));
    }
    let parts = Parts::split(token, purpose.max_len())?;
    if key.written.as_deref() != Some(parts.header) {
        jws::choose(
            &parts,
            Coding::Encoded,
            purpose.accepted(),
            |kid, algorithm| key.find(kid, algorithm),
        )?;
    }
    jws::check(key, parts.signed.as_bytes(), parts.signature)?;
    jwt::admit(&parts, expected, None)
}

/// Signs any payload into a compact JWS.
///
/// # Errors
/// [`SignError`] where the library fails or the `kid` is too long.
pub fn sign_jws(
    key: &SymmetricKey,
    typ: Option<&str>,
    payload: &[u8],
) -> Result<String, SignError> {
    let mut token = jws::prefix(key.algorithm.name(), key.kid.as_deref(), typ)?;
    base64url::encode_into(payload, &mut token);
    jws::seal(token, |message, room| key.sign_into(message, room))
}

/// Verifies a compact JWS of any payload.
///
/// # Errors
/// [`VerifyError`] names the first step of [`jws::verify`] that failed.
pub fn verify_jws(
    token: &str,
    key: &SymmetricKey,
    typ: Typ<'_>,
) -> Result<VerifiedJws, VerifyError> {
    let find = |kid: Option<&str>, algorithm| key.find(kid, algorithm);
    let (parts, key) = jws::open(token, jws::MAX_TOKEN_LEN, typ, find)?;
    Ok(VerifiedJws::new(
        parts.decode_payload()?,
        key.algorithm,
        key.kid.as_deref(),
    ))
}
