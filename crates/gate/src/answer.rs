//! An answer, before any server makes bytes of it.

use bytes::Bytes;
use http::{HeaderMap, Response};

/// A whole body, and for gRPC what follows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// All of it.
    pub body: Bytes,
    /// gRPC's status stands in trailers.
    pub trailers: Option<HeaderMap>,
}

/// A response with such a body.
pub(crate) type Answer = Response<Reply>;
