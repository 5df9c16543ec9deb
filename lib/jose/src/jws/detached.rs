//! Compact JWSs whose payload travels elsewhere: detached (RFC 7515 appendix F), and detached and
//! unencoded (RFC 7797), where the payload is signed as it is.
//!
//! The token is `header..signature`; the verifier brings the payload. Both are read only by the
//! functions here: [`verify`](super::verify) takes neither, so that no caller is handed a payload
//! that it did not ask for. An unencoded payload within a compact token (RFC 7797 §5.2) is read by
//! none: what it may contain would depend on its reader.

use super::header::Coding;
use super::sign::{SignatureRoom, prefix, prefix_raw};
use super::verify::{Check, check, choose};
use super::{MAX_TOKEN_LEN, Parts, Typ};
use crate::error::{FormError, SignError, VerifyError};
use crate::key::MAX_SIGNATURE_LEN;
use crate::{Algorithm, KeySource, SigningKey, VerifyingKey, base64url};

/// Signs a payload that travels elsewhere (RFC 7515 appendix F).
///
/// # Errors
/// [`SignError`] where the library fails or the `kid` is too long.
pub fn sign_detached(
    key: &SigningKey,
    typ: Option<&str>,
    payload: &[u8],
) -> Result<String, SignError> {
    let prefix = prefix(key.algorithm().name(), key.kid(), typ)?;
    seal_detached(prefix, Coding::Encoded, payload, |message, room| {
        key.sign_into(message, room)
    })
}

/// Verifies the signature over a payload that travelled elsewhere; returns the key that signed.
///
/// # Errors
/// [`FormError::Attached`] where the token brings a payload of its own; else [`VerifyError`] names
/// the first step of [`verify`](super::verify) that failed.
pub fn verify_detached(
    token: &str,
    payload: &[u8],
    keys: &impl KeySource,
    typ: Typ<'_>,
) -> Result<VerifyingKey, VerifyError> {
    let find = |kid: Option<&str>, algorithm| keys.find(kid, algorithm);
    let elsewhere = Elsewhere {
        payload,
        coding: Coding::Encoded,
    };
    open_detached(token, elsewhere, typ, find).cloned()
}

/// Signs a payload that travels elsewhere, as it is: `b64` is false, and critical (RFC 7797).
///
/// # Errors
/// [`SignError`] where the library fails or the `kid` is too long.
pub fn sign_unencoded(
    key: &SigningKey,
    typ: Option<&str>,
    payload: &[u8],
) -> Result<String, SignError> {
    let prefix = prefix_raw(key.algorithm().name(), key.kid(), typ)?;
    seal_detached(prefix, Coding::Raw, payload, |message, room| {
        key.sign_into(message, room)
    })
}

/// Verifies the signature over a payload that travelled elsewhere and was signed as it is; returns
/// the key that signed.
///
/// # Errors
/// [`FormError::Encoded`] where the header does not say `b64: false`, [`FormError::Critical`] where
/// it demands more than that; else as [`verify_detached`].
pub fn verify_unencoded(
    token: &str,
    payload: &[u8],
    keys: &impl KeySource,
    typ: Typ<'_>,
) -> Result<VerifyingKey, VerifyError> {
    let find = |kid: Option<&str>, algorithm| keys.find(kid, algorithm);
    let elsewhere = Elsewhere {
        payload,
        coding: Coding::Raw,
    };
    open_detached(token, elsewhere, typ, find).cloned()
}

/// A payload that is not in the token.
#[derive(Clone, Copy)]
pub(crate) struct Elsewhere<'a> {
    pub(crate) payload: &'a [u8],
    pub(crate) coding: Coding,
}

/// Verifies, and lends the key that the token is authentic by.
pub(crate) fn open_detached<'k, K: Check>(
    token: &str,
    elsewhere: Elsewhere<'_>,
    typ: Typ<'_>,
    find: impl FnOnce(Option<&str>, Algorithm) -> Option<&'k K>,
) -> Result<&'k K, VerifyError> {
    let parts = Parts::split(token, MAX_TOKEN_LEN)?;
    if !parts.payload.is_empty() {
        return Err(FormError::Attached.into());
    }
    let key = choose(&parts, elsewhere.coding, typ, find)?;
    // Without the payload, what is signed ends with the dot before it.
    let message = message(parts.signed, elsewhere.coding, elsewhere.payload);
    check(key, &message, parts.signature)?;
    Ok(key)
}

/// The token without its payload, from the encoded header and the dot behind it.
pub(crate) fn seal_detached(
    mut prefix: String,
    coding: Coding,
    payload: &[u8],
    sign: impl for<'b> FnOnce(&[u8], &'b mut SignatureRoom) -> Result<&'b [u8], SignError>,
) -> Result<String, SignError> {
    let mut room = [0; MAX_SIGNATURE_LEN];
    let signature = sign(&message(&prefix, coding, payload), &mut room)?;
    prefix.push('.');
    base64url::encode_into(signature, &mut prefix);
    Ok(prefix)
}

/// What is signed: the encoded header, a dot, and the payload in its coding.
fn message(prefix: &str, coding: Coding, payload: &[u8]) -> Vec<u8> {
    match coding {
        Coding::Encoded => [prefix, &base64url::encode(payload)].concat().into_bytes(),
        Coding::Raw => [prefix.as_bytes(), payload].concat(),
    }
}
