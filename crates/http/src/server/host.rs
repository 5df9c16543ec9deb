//! One `Host` header, no more and no fewer (RFC 9112 §3.2): with two, this server and a proxy before
//! it may each believe another one, and the host chooses the realm.

use axum::http::header::HOST;
use axum::http::{HeaderMap, Version};
use thiserror::Error;

/// Why a request was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum HostFault {
    /// HTTP/1.1 has one in every request.
    #[error("the request has no Host header; HTTP/1.1 needs one, with the host of the URL")]
    Missing,
    /// Two readers could be told two stories.
    #[error("the request has more than one Host header; send one")]
    Doubled,
}

/// Whether the request says once which host it is for. HTTP/1.0 need not, HTTP/2 says it elsewhere.
///
/// # Errors
/// [`HostFault`].
pub(super) fn check(headers: &HeaderMap, version: Version) -> Result<(), HostFault> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (_, Some(_)) => Err(HostFault::Doubled),
        (None, None) if version == Version::HTTP_11 => Err(HostFault::Missing),
        (_, None) => Ok(()),
    }
}
