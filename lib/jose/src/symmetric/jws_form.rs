//! The rarer forms of a JWS by a shared secret: detached and unencoded payloads, and JSON.

use std::borrow::Cow;

use super::SymmetricKey;
use crate::base64url;
use crate::error::{FormError, Part, SignError, VerifyError};
use crate::jws::json::{self, Signature, Signed, hold};
use crate::jws::{self, Coding, Elsewhere, Typ, VerifiedJws};

/// Signs a payload that travels elsewhere, as [`jws::sign_detached`] does.
///
/// # Errors
/// [`SignError`] where the library fails or the `kid` is too long.
pub fn sign_jws_detached(
    key: &SymmetricKey,
    typ: Option<&str>,
    payload: &[u8],
) -> Result<String, SignError> {
    let prefix = jws::prefix(key.algorithm.name(), key.kid.as_deref(), typ)?;
    jws::seal_detached(prefix, Coding::Encoded, payload, |message, room| {
        key.sign_into(message, room)
    })
}

/// Verifies the tag over a payload that travelled elsewhere.
///
/// # Errors
/// As [`jws::verify_detached`].
pub fn verify_jws_detached(
    token: &str,
    payload: &[u8],
    key: &SymmetricKey,
    typ: Typ<'_>,
) -> Result<(), VerifyError> {
    let coding = Coding::Encoded;
    let find = |kid: Option<&str>, algorithm| key.find(kid, algorithm);
    jws::open_detached(token, Elsewhere { payload, coding }, typ, find).map(drop)
}

/// Signs a payload that travels elsewhere as it is, as [`jws::sign_unencoded`] does.
///
/// # Errors
/// [`SignError`] where the library fails or the `kid` is too long.
pub fn sign_jws_unencoded(
    key: &SymmetricKey,
    typ: Option<&str>,
    payload: &[u8],
) -> Result<String, SignError> {
    let prefix = jws::prefix_raw(key.algorithm.name(), key.kid.as_deref(), typ)?;
    jws::seal_detached(prefix, Coding::Raw, payload, |message, room| {
        key.sign_into(message, room)
    })
}

/// Verifies the tag over a payload that travelled elsewhere and was signed as it is.
///
/// # Errors
/// As [`jws::verify_unencoded`].
pub fn verify_jws_unencoded(
    token: &str,
    payload: &[u8],
    key: &SymmetricKey,
    typ: Typ<'_>,
) -> Result<(), VerifyError> {
    let coding = Coding::Raw;
    let find = |kid: Option<&str>, algorithm| key.find(kid, algorithm);
    jws::open_detached(token, Elsewhere { payload, coding }, typ, find).map(drop)
}

/// Signs a payload into a flattened JWS (RFC 7515 §7.2.2).
///
/// # Errors
/// [`SignError`] where the library fails or the `kid` is too long.
pub fn sign_jws_json(
    key: &SymmetricKey,
    typ: Option<&str>,
    payload: &[u8],
) -> Result<String, SignError> {
    let prefix = jws::prefix(key.algorithm.name(), key.kid.as_deref(), typ)?;
    let payload = base64url::encode(payload);
    let signature = Signature::make(prefix, payload.as_bytes(), |message, room| {
        key.sign_into(message, room)
    })?;
    json::write(Some(&payload), &[signature])
}

/// Verifies a JWS in the JSON serialisation, of which one tag must be the secret's.
///
/// # Errors
/// As [`jws::json::verify`].
pub fn verify_jws_json(
    text: &str,
    key: &SymmetricKey,
    typ: Typ<'_>,
) -> Result<VerifiedJws, VerifyError> {
    let payload = held(text, Coding::Encoded, key, typ)?;
    let payload =
        base64url::decode(payload.as_bytes()).map_err(|_| FormError::Encoding(Part::Payload))?;
    Ok(VerifiedJws::new(payload, key.algorithm, key.kid.as_deref()))
}

/// Verifies a JWS in the JSON serialisation whose payload is a text, signed as it is.
///
/// # Errors
/// As [`jws::json::verify_unencoded`].
pub fn verify_jws_json_unencoded(
    text: &str,
    key: &SymmetricKey,
    typ: Typ<'_>,
) -> Result<VerifiedJws, VerifyError> {
    let payload = held(text, Coding::Raw, key, typ)?.into_owned().into_bytes();
    Ok(VerifiedJws::new(payload, key.algorithm, key.kid.as_deref()))
}

/// The payload as it stands in the token, once a tag over it is the secret's.
fn held<'t>(
    text: &'t str,
    coding: Coding,
    key: &SymmetricKey,
    typ: Typ<'_>,
) -> Result<Cow<'t, str>, VerifyError> {
    let signed = Signed::read(text, coding)?;
    let payload = signed.payload.ok_or(FormError::Member("payload"))?;
    let find = |kid: Option<&str>, algorithm| key.find(kid, algorithm);
    hold(&signed.signatures, payload.as_bytes(), typ, find)?;
    Ok(payload)
}
