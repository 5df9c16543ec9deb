//! Why a call gave no answer. Each names whose fault it is, and has a word of its own for the journal.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Why a call gave no answer.
#[derive(Debug, Error)]
pub enum CallError {
    /// The address is no URL.
    #[error("the address is no URL: {0}")]
    Url(#[from] url::ParseError),
    /// The address is of another scheme.
    #[error("the address has the scheme {scheme}, and only https is called")]
    Scheme {
        /// Which one.
        scheme: String,
    },
    /// The address holds characters that have no place in HTTP or TLS.
    #[error("the address holds characters that have no place in HTTP or TLS")]
    Characters,
    /// The address holds a user or a password.
    #[error("the address holds a user or a password")]
    Credentials,
    /// The name means nothing.
    #[error("the name {host} cannot be resolved: {source}")]
    Name {
        /// The name.
        host: String,
        /// Why.
        source: io::Error,
    },
    /// The host is private, and the operator named no network for it.
    #[error("{host} is at {address}, which is private; allow_private_targets does not name it")]
    Private {
        /// The host.
        host: String,
        /// Its first address.
        address: IpAddr,
    },
    /// Plain http to a host whose network the operator did not name.
    #[error(
        "{host} is called by plain http at {address}; that is for allow_private_targets alone, and \
         it does not name it"
    )]
    Plain {
        /// The host.
        host: String,
        /// Its first address.
        address: IpAddr,
    },
    /// None of its addresses takes connections.
    #[error("{host} at {address} takes no connection: {source}")]
    Connect {
        /// The host.
        host: String,
        /// The address that was tried last.
        address: IpAddr,
        /// Why.
        source: io::Error,
    },
    /// The certificate does not hold, or the handshake failed.
    #[error("there is no secure connection to {host}: {source}")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        source: io::Error,
    },
    /// What it answers is no HTTP, or breaks off.
    #[error("{host} does not speak HTTP as it should: {source}")]
    Http {
        /// The host.
        host: String,
        /// Why.
        source: hyper::Error,
    },
    /// It sends callers elsewhere.
    #[error("{host} answers {status}, and redirects are not followed")]
    Redirected {
        /// The host.
        host: String,
        /// The status.
        status: u16,
    },
    /// It answers too much.
    #[error("{host} answers more than {limit} bytes")]
    Long {
        /// The host.
        host: String,
        /// The limit.
        limit: usize,
    },
    /// It takes too long.
    #[error("{host} has not answered within {} ms", limit.as_millis())]
    Slow {
        /// The host.
        host: String,
        /// The limit.
        limit: Duration,
    },
    /// What this server trusts cannot be read.
    #[error("the certificate authorities cannot be used: {0}")]
    Roots(rustls::Error),
}

impl CallError {
    /// One word: `private`, `plain`, `tls` …
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Url(_) | Self::Characters => "url",
            Self::Scheme { .. } => "scheme",
            Self::Credentials => "credentials",
            Self::Name { .. } => "name",
            Self::Private { .. } => "private",
            Self::Plain { .. } => "plain",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::Http { .. } => "http",
            Self::Redirected { .. } => "redirected",
            Self::Long { .. } => "long",
            Self::Slow { .. } => "slow",
            Self::Roots(_) => "roots",
        }
    }
}

/// Why the added certificate authorities cannot be believed.
#[derive(Debug, Error)]
pub enum TrustError {
    /// The file cannot be read as PEM.
    #[error("{path}: {reason}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// One of its certificates is none of an authority.
    #[error("{path}: certificate {number} cannot be one of an authority: {source}")]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// Which certificate, from 1.
        number: usize,
        /// Why.
        source: rustls::Error,
    },
    /// It holds no certificate.
    #[error("{path}: it holds no certificate (PEM)")]
    Empty {
        /// Which file.
        path: PathBuf,
    },
}
