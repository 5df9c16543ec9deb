//! Write a JWS in the JSON serialisation: flattened with one key, general with several.
//!
//! Everything stands in the protected header; an unprotected one is never written.

use serde::Serialize;

use super::MAX_SIGNATURES;
use crate::error::SignError;
use crate::jws::sign::{SignatureRoom, prefix, prefix_raw};
use crate::key::MAX_SIGNATURE_LEN;
use crate::{SigningKey, base64url};

/// A signature made.
#[derive(Serialize)]
pub(crate) struct Signature {
    protected: String,
    signature: String,
}

impl Signature {
    /// Over `prefix`, the encoded header with its dot, and the payload as it is signed.
    pub(crate) fn make(
        mut prefix: String,
        payload: &[u8],
        sign: impl for<'b> FnOnce(&[u8], &'b mut SignatureRoom) -> Result<&'b [u8], SignError>,
    ) -> Result<Self, SignError> {
        let mut room = [0; MAX_SIGNATURE_LEN];
        let message = [prefix.as_bytes(), payload].concat();
        let signature = base64url::encode(sign(&message, &mut room)?);
        prefix.pop();
        Ok(Self {
            protected: prefix,
            signature,
        })
    }
}

#[derive(Serialize)]
struct General<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a str>,
    signatures: &'a [Signature],
}

#[derive(Serialize)]
struct Flattened<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a str>,
    #[serde(flatten)]
    signature: &'a Signature,
}

/// Signs a payload with each of the keys, 1 to [`MAX_SIGNATURES`]: one gives the flattened form,
/// several the general one. Each header holds the key's `alg` and `kid`, and the `typ` given.
///
/// # Errors
/// [`SignError::Signers`] for no key or too many; else where the library fails or a `kid` is too long.
pub fn sign(keys: &[&SigningKey], typ: Option<&str>, payload: &[u8]) -> Result<String, SignError> {
    let payload = base64url::encode(payload);
    let signatures = by_each(keys, |key| by_one(key, typ, &payload))?;
    write(Some(&payload), &signatures)
}

/// The same, of a payload that travels elsewhere (RFC 7515 appendix F).
///
/// # Errors
/// As [`sign`].
pub fn sign_detached(
    keys: &[&SigningKey],
    typ: Option<&str>,
    payload: &[u8],
) -> Result<String, SignError> {
    let payload = base64url::encode(payload);
    let signatures = by_each(keys, |key| by_one(key, typ, &payload))?;
    write(None, &signatures)
}

/// The same, of a text that is signed as it is and stands in the token as it is (RFC 7797).
///
/// # Errors
/// As [`sign`].
pub fn sign_unencoded(
    keys: &[&SigningKey],
    typ: Option<&str>,
    payload: &str,
) -> Result<String, SignError> {
    let signatures = by_each(keys, |key| {
        let prefix = prefix_raw(key.algorithm().name(), key.kid(), typ)?;
        Signature::make(prefix, payload.as_bytes(), |message, room| {
            key.sign_into(message, room)
        })
    })?;
    write(Some(payload), &signatures)
}

fn by_each(
    keys: &[&SigningKey],
    sign: impl Fn(&SigningKey) -> Result<Signature, SignError>,
) -> Result<Vec<Signature>, SignError> {
    if keys.is_empty() || keys.len() > MAX_SIGNATURES {
        return Err(SignError::Signers);
    }
    keys.iter().map(|key| sign(key)).collect()
}

fn by_one(key: &SigningKey, typ: Option<&str>, payload: &str) -> Result<Signature, SignError> {
    let prefix = prefix(key.algorithm().name(), key.kid(), typ)?;
    Signature::make(prefix, payload.as_bytes(), |message, room| {
        key.sign_into(message, room)
    })
}

/// The token of a payload, where it carries one, and its signatures.
pub(crate) fn write(payload: Option<&str>, signatures: &[Signature]) -> Result<String, SignError> {
    let text = match signatures {
        [signature] => serde_json::to_string(&Flattened { payload, signature }),
        several => serde_json::to_string(&General {
            payload,
            signatures: several,
        }),
    };
    text.map_err(|_| SignError::Claims)
}
