//! Why a request may not pass, and what is said of it (RFC 6750 §3, RFC 9457).

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::route::Route;

/// Tells the proxy why, in one word; nginx makes statuses of it that it cannot be told otherwise.
pub(crate) static FAILURE: HeaderName = HeaderName::from_static("x-auth-failure");

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Whoever asks is no configured proxy.
    NoProxy,
    /// The proxy does not say which request it asks about: a mistake in its configuration.
    NoQuestion,
    /// A header could be taken for an identity header.
    Alias,
    /// The path can be read in two ways.
    Path,
    /// No route is for it.
    NoRoute,
    /// There is no bearer token.
    NoCredential,
    /// There are two credentials.
    TwoCredentials,
    /// The token is not accepted here.
    Dead,
    /// The token does not allow enough.
    Scope,
    /// Whether it lives is not known now.
    Unknown,
}

impl Reason {
    /// One word for programs.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NoProxy => "proxy_unknown",
            Self::NoQuestion => "question_incomplete",
            Self::Alias => "header_refused",
            Self::Path => "path_ambiguous",
            Self::NoRoute => "route_unknown",
            Self::NoCredential => "token_missing",
            Self::TwoCredentials => "invalid_request",
            Self::Dead => "invalid_token",
            Self::Scope => "insufficient_scope",
            Self::Unknown => "unavailable",
        }
    }

    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::NoProxy | Self::NoRoute | Self::Scope => StatusCode::FORBIDDEN,
            Self::NoQuestion | Self::Alias | Self::Path | Self::TwoCredentials => {
                StatusCode::BAD_REQUEST
            }
            Self::NoCredential | Self::Dead => StatusCode::UNAUTHORIZED,
            Self::Unknown => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// For nginx, which takes every other status for a fault of the gate, and answers 500.
    pub(crate) const fn status_or_forbidden(self) -> StatusCode {
        match self {
            Self::NoCredential | Self::Dead => StatusCode::UNAUTHORIZED,
            Self::NoProxy
            | Self::NoQuestion
            | Self::Alias
            | Self::Path
            | Self::NoRoute
            | Self::TwoCredentials
            | Self::Scope
            | Self::Unknown => StatusCode::FORBIDDEN,
        }
    }

    /// A problem document. Nothing in it comes from the request.
    pub(crate) const fn document(self) -> &'static str {
        match self {
            Self::NoProxy => {
                r#"{"type":"about:blank","title":"Forbidden","status":403,"code":"proxy_unknown","detail":"this address may not ask; name it in gate.proxies"}"#
            }
            Self::NoQuestion => {
                r#"{"type":"about:blank","title":"Bad Request","status":400,"code":"question_incomplete","detail":"the proxy must say once each which method, host and path it asks about"}"#
            }
            Self::Alias => {
                r#"{"type":"about:blank","title":"Bad Request","status":400,"code":"header_refused","detail":"the request carries a header that only the gate may set; send it without"}"#
            }
            Self::Path => {
                r#"{"type":"about:blank","title":"Bad Request","status":400,"code":"path_ambiguous","detail":"the path can be read in two ways; write it plainly"}"#
            }
            Self::NoRoute => {
                r#"{"type":"about:blank","title":"Forbidden","status":403,"code":"route_unknown","detail":"no route of the gate is for this host, path and method"}"#
            }
            Self::NoCredential => {
                r#"{"type":"about:blank","title":"Unauthorized","status":401,"code":"token_missing","detail":"this needs a bearer token in the header Authorization"}"#
            }
            Self::TwoCredentials => {
                r#"{"type":"about:blank","title":"Bad Request","status":400,"code":"invalid_request","detail":"the header Authorization stands there twice; send it once"}"#
            }
            Self::Dead => {
                r#"{"type":"about:blank","title":"Unauthorized","status":401,"code":"invalid_token","detail":"this token is not accepted here; get another one"}"#
            }
            Self::Scope => {
                r#"{"type":"about:blank","title":"Forbidden","status":403,"code":"insufficient_scope","detail":"this token does not allow this; get one with the scope that is named"}"#
            }
            Self::Unknown => {
                r#"{"type":"about:blank","title":"Service Unavailable","status":503,"code":"unavailable","detail":"whether the token is alive cannot be known at the moment; try again"}"#
            }
        }
    }
}

/// A request that may not pass, at a route where one was found.
#[derive(Clone, Copy)]
pub(crate) struct Refusal<'g> {
    pub(crate) reason: Reason,
    pub(crate) route: Option<&'g Route>,
}

impl<'g> Refusal<'g> {
    pub(crate) fn at(route: &'g Route, reason: Reason) -> Self {
        Self {
            reason,
            route: Some(route),
        }
    }

    /// What the caller is told in headers.
    pub(crate) fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(5);
        headers.insert(&FAILURE, HeaderValue::from_static(self.reason.code()));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let problem = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, problem);
        if let Some(challenge) = self.challenge() {
            headers.insert(WWW_AUTHENTICATE, challenge.clone());
        }
        if self.reason == Reason::Unknown {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        headers
    }

    fn challenge(self) -> Option<&'g HeaderValue> {
        let challenges = &self.route?.challenges;
        match self.reason {
            Reason::NoCredential => Some(&challenges.missing),
            Reason::TwoCredentials => Some(&challenges.malformed),
            Reason::Dead => Some(&challenges.dead),
            Reason::Scope => Some(&challenges.scope),
            Reason::NoProxy
            | Reason::NoQuestion
            | Reason::Alias
            | Reason::Path
            | Reason::NoRoute
            | Reason::Unknown => None,
        }
    }
}

impl From<Reason> for Refusal<'_> {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            route: None,
        }
    }
}
