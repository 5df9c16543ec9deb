//! Sign a payload into a compact JWS.

use serde::Serialize;

use super::MAX_HEADER_LEN;
use crate::error::SignError;
use crate::key::MAX_SIGNATURE_LEN;
use crate::{SigningKey, base64url};

#[derive(Serialize)]
struct Protected<'a> {
    alg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b64: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crit: Option<[&'a str; 1]>,
}

/// Signs `payload` under a header of the key's `alg` and `kid`, and the `typ` given.
///
/// # Errors
/// [`SignError`] where the library fails or the `kid` is too long.
pub fn sign(key: &SigningKey, typ: Option<&str>, payload: &[u8]) -> Result<String, SignError> {
    let mut token = prefix(key.algorithm().name(), key.kid(), typ)?;
    base64url::encode_into(payload, &mut token);
    seal(token, |message, buffer| key.sign_into(message, buffer))
}

/// The encoded header and the dot behind it.
pub(crate) fn prefix(alg: &str, kid: Option<&str>, typ: Option<&str>) -> Result<String, SignError> {
    write(&Protected {
        alg,
        kid,
        typ,
        b64: None,
        crit: None,
    })
}

/// The same, for a payload that is signed as it is (RFC 7797 §6).
pub(crate) fn prefix_raw(
    alg: &str,
    kid: Option<&str>,
    typ: Option<&str>,
) -> Result<String, SignError> {
    write(&Protected {
        alg,
        kid,
        typ,
        b64: Some(false),
        crit: Some(["b64"]),
    })
}

fn write(protected: &Protected<'_>) -> Result<String, SignError> {
    let header = serde_json::to_vec(protected).map_err(|_| SignError::Claims)?;
    let mut prefix = base64url::encode(header);
    if prefix.len() > MAX_HEADER_LEN {
        return Err(SignError::HeaderTooLong);
    }
    prefix.push('.');
    Ok(prefix)
}

/// Room for any signature.
pub(crate) type SignatureRoom = [u8; MAX_SIGNATURE_LEN];

/// Appends the encoded signature that `sign` makes over the token so far.
pub(crate) fn seal(
    mut token: String,
    sign: impl for<'b> FnOnce(&[u8], &'b mut SignatureRoom) -> Result<&'b [u8], SignError>,
) -> Result<String, SignError> {
    let mut room = [0; MAX_SIGNATURE_LEN];
    let signature = sign(token.as_bytes(), &mut room)?;
    token.push('.');
    base64url::encode_into(signature, &mut token);
    Ok(token)
}
