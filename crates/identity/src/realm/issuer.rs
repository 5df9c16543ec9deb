//! Issuer URLs: what may name a realm (RFC 8414 §2, OpenID Connect Discovery §3).
//!
//! https, or http on a literal loopback address for development; a host, perhaps a port, perhaps a
//! path; no query, no fragment, no user, no trailing slash, no `.` or `..`, none of the server's own
//! path names. It is compared byte for byte, so it is written one way only.

use std::fmt;

use thiserror::Error;
use url::{Host, Url};

/// Path names that the server uses itself: no realm's path begins with one.
pub const RESERVED: [&str; 23] = [
    ".well-known",
    "assets",
    "authorize",
    "consent",
    "demo",
    "device",
    "feed",
    "gate",
    "healthz",
    "introspect",
    "jwks",
    "logout",
    "metrics",
    "readyz",
    "revoke",
    "set-password",
    "setup",
    "sign-in",
    "sign-out",
    "status",
    "token",
    "userinfo",
    "v1",
];

/// Longest issuer, in bytes: it stands in every token.
const MAX_BYTES: usize = 200;

/// A realm's issuer URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer {
    text: String,
    authority: String,
    path: String,
    /// What the address of each status list begins with: it stands in every token too.
    status_lists: String,
}

/// Why a text cannot be an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IssuerError {
    /// No URL, or one with parts that an issuer must not have.
    #[error(
        "an issuer is a URL of scheme, host, perhaps port and path, without a trailing slash, \
         query or fragment, such as https://auth.example.com or https://example.com/tenant"
    )]
    Form,
    /// Not https.
    #[error("an issuer uses https; http is accepted for 127.0.0.1, [::1] and localhost only")]
    Scheme,
    /// The server needs the path itself.
    #[error("the path {0} is used by the server itself; choose another")]
    Reserved(String),
    /// Too long.
    #[error("an issuer has at most {MAX_BYTES} characters")]
    TooLong,
}

impl Issuer {
    /// Reads an issuer.
    ///
    /// # Errors
    /// [`IssuerError`].
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        if text.len() > MAX_BYTES {
            return Err(IssuerError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| IssuerError::Form)?;
        let path = url.path().trim_end_matches('/').to_owned();
        let host = url.host().ok_or(IssuerError::Form)?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        if text != format!("{}://{authority}{path}", url.scheme()) || path.contains("//") {
            return Err(IssuerError::Form);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            _ => return Err(IssuerError::Scheme),
        }
        // Every segment counts: another realm's path may end before it.
        let mut segments = path.split('/');
        if let Some(own) = segments.find(|one| RESERVED.contains(one)) {
            return Err(IssuerError::Reserved(own.to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
            authority,
            path,
            status_lists: format!("{text}/status/"),
        })
    }

    /// The whole URL, as it stands in tokens.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the addresses of its status lists begin with; the bucket's number ends them.
    #[must_use]
    pub fn status_lists(&self) -> &str {
        &self.status_lists
    }

    /// Whether browsers reach it over TLS: its cookies are for TLS alone then.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// Host and port, as a `Host` header has them.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The path: empty, or beginning with a slash.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_issuer_knows_its_parts() {
        let issuer = Issuer::parse("https://example.com:8443/a/b").unwrap();
        assert_eq!(issuer.authority(), "example.com:8443");
        assert_eq!(issuer.path(), "/a/b");
        assert_eq!(Issuer::parse("http://[::1]:80a"), Err(IssuerError::Form));
        assert_eq!(Issuer::parse("http://127.0.0.1:7000").unwrap().path(), "");
    }

    #[test]
    fn there_is_one_way_to_write_it() {
        for text in [
            "https://example.com/",
            "https://example.com/a/",
            "https://Example.com",
            "https://example.com:443",
            "https://example.com?x",
            "https://example.com#x",
            "https://user@example.com",
            "https://example.com/a/../b",
            "https://example.com//a",
            "example.com",
            "",
        ] {
            assert_eq!(Issuer::parse(text), Err(IssuerError::Form), "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_loopback() {
        assert_eq!(
            Issuer::parse("http://example.com"),
            Err(IssuerError::Scheme)
        );
        assert!(Issuer::parse("http://localhost:1").is_ok());
        assert_eq!(Issuer::parse("ftp://localhost"), Err(IssuerError::Scheme));
    }

    #[test]
    fn the_servers_own_paths_are_refused() {
        let reserved = IssuerError::Reserved("token".to_owned());
        assert_eq!(Issuer::parse("https://example.com/token"), Err(reserved));
        assert!(Issuer::parse("https://example.com/tokens").is_ok());
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_its_parts_and_nothing_else(
            text in "(https|http)://[a-zA-Z0-9.@:]{1,12}(/[a-z.%/A]{0,8})?[?#/]?",
        ) {
            if let Ok(issuer) = Issuer::parse(&text) {
                let parts = format!("{}{}", issuer.authority(), issuer.path());
                let (_, rest) = text.split_once("://").unwrap();
                prop_assert_eq!(rest, parts);
                prop_assert!(!issuer.path().ends_with('/'));
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,60}") {
            prop_assert!(Issuer::parse(&text).is_err());
        }
    }
}
