//! Verify a client assertion: it is signed by the client's key or authenticated by its secret, says
//! who and for whom, and has not expired.
//!
//! RFC 7523 §3: `iss` and `sub` are the client, `aud` is the authority's issuer (as the security
//! update of OpenID Connect and RFC 7523bis have it); the token endpoint's URL is accepted only from
//! clients that are configured so.

use serde::Deserialize;
use symbolon_jose::VerifyError;
use symbolon_jose::danger::unverified_header;
use symbolon_jose::jwt::{self, Claim, Expected, Purpose, Verified};
use symbolon_token::lineage::Ancestor;
use symbolon_token::time::Time;
use thiserror::Error;

use super::{LEEWAY, MAX_LIFE};
use crate::client::{AuthMethod, Proof};
use crate::directory::KnownClient;
use crate::encryption::KeysAt;
use crate::jwks_uri::{self, JwksUriError};
use crate::{LoadError, World, client_secret};

/// What is needed of an assertion's claims beyond their verification.
#[derive(Clone, Debug, Deserialize)]
pub struct AssertionClaims {
    /// Whose it is.
    pub sub: String,
    /// Its name, good for one use.
    pub jti: String,
}

/// Why an assertion proves nothing.
#[derive(Debug, Error)]
pub enum AssertionError {
    /// The client proves itself otherwise.
    #[error("this client does not authenticate by assertions")]
    Method,
    /// What is wrong with it.
    #[error(transparent)]
    Token(#[from] VerifyError),
    /// It speaks for another client.
    #[error("the assertion's sub is not this client")]
    Subject,
    /// The client's keys are not to be had.
    #[error(transparent)]
    Keys(#[from] JwksUriError),
    /// A sealed secret could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// For whom an assertion must be.
#[derive(Clone, Copy, Debug)]
pub struct Expectation<'a> {
    /// The realm's issuer.
    pub issuer: &'a str,
    /// The token endpoint, for clients that are configured so.
    pub token_endpoint: &'a str,
}

/// Verifies an assertion of a client. It is not spent yet.
///
/// # Errors
/// [`AssertionError`].
pub async fn verify(
    world: &World,
    client: &KnownClient,
    (assertion, expectation): (&str, Expectation<'_>),
    now: Time,
) -> Result<(Proof, Verified<AssertionClaims>), AssertionError> {
    let settings = &client.client.settings;
    let both = [expectation.issuer, expectation.token_endpoint];
    let audience = if settings.assertion_audience_token_endpoint {
        &both[..]
    } else {
        &both[..1]
    };
    let seconds = |duration: std::time::Duration| u32::try_from(duration.as_secs()).unwrap_or(0);
    let issuer = client.client.client_id.as_str();
    let expected = Expected::new(Purpose::ClientAssertion, issuer, audience, now.seconds())
        .leeway(seconds(LEEWAY))
        .longest_life(seconds(MAX_LIFE))
        .require(Claim::Jti);
    let (proof, verified) = match settings.token_endpoint_auth_method {
        AuthMethod::ClientSecretJwt => {
            let found = client_secret::verify_jwt(world, client, (assertion, &expected), now)?;
            let (ancestor, verified): (Ancestor, Verified<AssertionClaims>) = found?;
            (Proof::Secret(ancestor), verified)
        }
        AuthMethod::PrivateKeyJwt => {
            let verified = match client.keys_at() {
                KeysAt::Nowhere => return Err(AssertionError::Method),
                KeysAt::Here(keys) => jwt::verify(assertion, &keys.signature, &expected)?,
                KeysAt::There(url) => {
                    let header = unverified_header(assertion).map_err(VerifyError::from)?;
                    let wanted = (url, header.kid.as_deref());
                    let keys = jwks_uri::find(&world.jwks_uris, wanted, now).await?;
                    jwt::verify(assertion, &keys.signature, &expected)?
                }
            };
            (Proof::Key, verified)
        }
        AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost | AuthMethod::None => {
            return Err(AssertionError::Method);
        }
    };
    if verified.claims().sub != client.client.client_id {
        return Err(AssertionError::Subject);
    }
    Ok((proof, verified))
}
