//! What a token says, believed by nobody yet.
//!
//! Two honest uses: to print a token for a person, and to learn whose keys to load (the `iss` or
//! `sub` of a client assertion) before it is verified by them. To decide anything by these values is
//! to let the attacker decide. Form and size are checked as strictly as in
//! [`jwt::verify`](crate::jwt::verify); signature, purpose and time are not.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::base64url;
use crate::error::{ClaimError, FormError, Part, VerifyError};
use crate::json::{self, JsonError};
use crate::jwe;
use crate::jws::{Header, MAX_TOKEN_LEN, Parts};
use crate::jwt::Claim;

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

/// The header of an encrypted token, which nothing has authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnauthenticatedHeader {
    /// The key management algorithm's name, as written.
    pub alg_name: String,
    /// The content encryption's name, as written.
    pub enc_name: String,
    /// The recipient's key, as written.
    pub kid: Option<String>,
    /// The media type of the token, as written.
    pub typ: Option<String>,
    /// The media type of the content, as written.
    pub cty: Option<String>,
    members: Map<String, Value>,
}

impl UnauthenticatedHeader {
    /// A claim that the header repeats (RFC 7519 §5.3), where it does and the claim has the type
    /// asked for. It serves to find the content key; only if [`jwe::open`] then succeeds was it the
    /// author's word.
    #[must_use]
    pub fn repeated<T: DeserializeOwned>(&self, claim: Claim) -> Option<T> {
        T::deserialize(self.members.get(claim.name())?).ok()
    }
}

/// Reads the header of a compact JWE of at most [`jwe::MAX_LEN`] bytes, so that who chose its content
/// key by a claim finds that key again.
///
/// # Errors
/// [`jwe::FormError`] where the text is no strict compact JWE.
pub fn unauthenticated_header(token: &str) -> Result<UnauthenticatedHeader, jwe::FormError> {
    let bytes = jwe::Parts::split(token, jwe::MAX_LEN)?.decode_header()?;
    let header = jwe::Header::read(&bytes)?;
    Ok(UnauthenticatedHeader {
        alg_name: header.alg().to_owned(),
        enc_name: header.enc().to_owned(),
        kid: header.kid.as_deref().map(str::to_owned),
        typ: header.typ.as_deref().map(str::to_owned),
        cty: header.cty.as_deref().map(str::to_owned),
        members: serde_json::from_slice(&bytes).map_err(|_| JsonError::Syntax)?,
    })
}
