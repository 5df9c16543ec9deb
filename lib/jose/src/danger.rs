//! What a token says, believed by nobody yet.
//!
//! Two honest uses: to print a token for a person, and to learn whose keys to load (the `iss` or
//! `sub` of a client assertion) before it is verified by them. To decide anything by these values is
//! to let the attacker decide. Form and size are checked as strictly as in
//! [`jwt::verify`](crate::jwt::verify); signature, purpose and time are not.

use serde::de::DeserializeOwned;

use crate::base64url;
use crate::error::{ClaimError, FormError, Part, VerifyError};
use crate::json::{self, JsonError};
use crate::jws::{Header, MAX_TOKEN_LEN, Parts};

/// A header that nobody has verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedHeader {
    /// The algorithm's name, as written.
    pub alg_name: String,
    /// The key's name, as written.
    pub kid: Option<String>,
    /// The media type, as written.
    pub typ: Option<String>,
}

/// Reads the header of a compact JWS of at most [`MAX_TOKEN_LEN`] bytes.
///
/// # Errors
/// [`FormError`] where the text is no strict compact JWS.
pub fn unverified_header(token: &str) -> Result<UnverifiedHeader, FormError> {
    let parts = Parts::split(token, MAX_TOKEN_LEN)?;
    let bytes = base64url::decode(parts.header).map_err(|_| FormError::Encoding(Part::Header))?;
    let header = Header::read(&bytes)?;
    Ok(UnverifiedHeader {
        alg_name: header.alg.into_owned(),
        kid: header.kid.map(Into::into),
        typ: header.typ.map(Into::into),
    })
}

/// Reads the claims of a JWT of at most [`MAX_TOKEN_LEN`] bytes.
///
/// # Errors
/// [`VerifyError`] where the text is no strict compact JWS, or its claims do not fit `C`.
pub fn unverified_claims<C: DeserializeOwned>(token: &str) -> Result<C, VerifyError> {
    let bytes = Parts::split(token, MAX_TOKEN_LEN)?.decode_payload()?;
    let text = std::str::from_utf8(&bytes).map_err(|_| ClaimError::Json(JsonError::NotUtf8))?;
    json::members(text, |_, _| Ok::<_, ClaimError>(()))?;
    Ok(serde_json::from_str(text).map_err(|_| ClaimError::Shape)?)
}
