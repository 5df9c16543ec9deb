//! A reply's body on its way out: the handler's, or the edge's own refusal (RFC 9457).

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode, Version};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use thiserror::Error;

use super::body::BodyFault;
use super::host::HostFault;
use super::pulse::Flight;

/// A body, and the request in progress that ends with it.
pub(super) struct Reply {
    body: Body,
    flight: Flight,
}

impl Reply {
    pub(super) fn new(body: Body, flight: Flight) -> Self {
        Self { body, flight }
    }
}

impl hyper::body::Body for Reply {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        this.flight.replied();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Why the edge answers by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum Refusal {
    /// The body was not taken.
    #[error(transparent)]
    Body(#[from] BodyFault),
    /// The head does not say once which host it is for.
    #[error(transparent)]
    Host(#[from] HostFault),
}

impl Refusal {
    const fn status_and_code(self) -> (StatusCode, &'static str) {
        match self {
            Self::Body(BodyFault::TooLarge) => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            Self::Body(BodyFault::TooSlow) => (StatusCode::REQUEST_TIMEOUT, "body_too_slow"),
            Self::Body(BodyFault::Broken) => (StatusCode::BAD_REQUEST, "body_broken"),
            Self::Host(HostFault::Missing) => (StatusCode::BAD_REQUEST, "host_missing"),
            Self::Host(HostFault::Doubled) => (StatusCode::BAD_REQUEST, "host_doubled"),
        }
    }
}

/// The answer to a request that was not taken: a problem document, with the members that OAuth clients
/// look for (RFC 6749 §5.2), since nobody has looked at the path yet. Its body, or what is left of it, may still be on its
/// way, so an HTTP/1 connection ends with the answer.
pub(super) fn refusal(why: Refusal, version: Version) -> Response<Body> {
    let (status, code) = why.status_and_code();
    let title = status.canonical_reason().unwrap_or_default();
    let number = status.as_u16();
    let text = format!(
        r#"{{"type":"about:blank","title":"{title}","status":{number},"detail":"{why}","code":"{code}","error":"invalid_request","error_description":"{why}"}}"#
    );
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if version < Version::HTTP_2 {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
