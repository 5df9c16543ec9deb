//! The identity assertion: a JWT by which the service behind the proxy knows that the gate, and not
//! somebody who reached the service past the proxy, speaks.
//!
//! Its `typ` is its own (`gate-assertion+jwt`), so it is never taken for an access token; `aud` is the
//! route's host as configured, never as the request says it, so that no assertion for one service is
//! minted by asking another; it lives a minute at most, and never longer than the token.

use std::future::Future;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use symbolon_token::random::{self, Random};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;
use thiserror::Error;

use crate::judge::Identity;

/// The longest that an assertion lives: a request through a slow proxy.
pub const MAX_LIFETIME: Duration = Duration::from_mins(1);

/// What an assertion says. Times are in seconds.
#[derive(Debug, Serialize)]
pub struct Claims<'a> {
    /// Who asserts: the realm, or a gate of its own.
    pub iss: &'a str,
    /// Whom the token speaks for.
    pub sub: &'a str,
    /// The host that it is for.
    pub aud: &'a str,
    /// Now.
    pub iat: i64,
    /// A minute later at most.
    pub exp: i64,
    /// Its name, by chance: a service may refuse to see it twice.
    pub jti: String,
    /// The client that the token was issued to.
    pub client_id: &'a str,
    /// What the token allows.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: &'a Scope,
    /// The issuer of the token, which may be another than of the assertion.
    pub token_iss: &'a str,
}

impl<'a> Claims<'a> {
    pub(crate) fn new(
        (iss, aud): (&'a str, &'a str),
        identity: &'a Identity,
        (now, lifetime): (Time, Duration),
        random: &dyn Random,
    ) -> Self {
        Self {
            iss,
            sub: &identity.subject,
            aud,
            iat: now.seconds(),
            exp: now.plus(lifetime).min(identity.expires_at).seconds(),
            jti: URL_SAFE_NO_PAD.encode(random::bytes::<12>(random)),
            client_id: &identity.client,
            scope: &identity.scope,
            token_iss: &identity.issuer,
        }
    }
}

/// The assertion was not signed.
#[derive(Debug, Error)]
#[error("the assertion was not signed: {0}")]
pub struct NotSigned(pub String);

/// Who signs assertions, under [`symbolon_jose::jwt::Purpose::GateAssertion`].
pub trait Sign: Send + Sync {
    /// Signs one.
    fn sign(&self, claims: &Claims<'_>) -> impl Future<Output = Result<String, NotSigned>> + Send;
}
