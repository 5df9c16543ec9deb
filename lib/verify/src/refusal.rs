//! Why a request is refused. What it means on the wire is [`answer`](crate::answer)'s.

use std::time::Duration;

use symbolon_jose::VerifyError;
use thiserror::Error;

use crate::judge::Death;

/// Why a request is refused. Only the kind of it is told to whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no token.
    #[error("the request carries no token")]
    Missing,
    /// The token is not where it belongs, or there are several.
    #[error("the request carries its token in a way that is not allowed")]
    Request,
    /// The token is not authentic, or not meant for this resource.
    #[error("the token is not the issuer's, or not for this resource: {0}")]
    NotAuthentic(VerifyError),
    /// The token is dead.
    #[error("the token is dead: {0:?}")]
    Dead(Death),
    /// The authority says that the token is dead.
    #[error("the authority says that the token is not active")]
    Inactive,
    /// The token is bound to somebody who did not prove to have sent it.
    #[error("the token is bound to a key or certificate that the request does not prove")]
    Unproven,
    /// The token does not allow it.
    #[error("the token lacks a scope")]
    Scope,
    /// Its subject must sign in again, or better.
    #[error("the sign-in behind the token is too old or too weak")]
    Authentication,
    /// Nothing can be said about the token for now.
    #[error("what is known of tokens is too old to judge by")]
    Unavailable {
        /// When to ask again.
        retry_after: Duration,
    },
}
