//! What a token is for, and how it looks: two questions, two types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Lets its bearer use a resource (RFC 6749 §1.4).
    Access,
    /// Knows a browser again, before anybody has signed in with it.
    Browser,
    /// Proves a client (RFC 6749 §2.3.1).
    ClientSecret,
    /// Is redeemed for tokens, once (RFC 6749 §1.3.1).
    Code,
    /// Lets a person set a password, once.
    PasswordLink,
    /// Gets new access tokens (RFC 6749 §1.5).
    Refresh,
    /// Knows a person who has signed in, in the browser's cookie.
    Session,
    /// Opens the first management session of a new installation, once.
    Setup,
}

impl Kind {
    /// Every kind, in the order of their names.
    pub const ALL: [Self; 8] = [
        Self::Access,
        Self::Browser,
        Self::ClientSecret,
        Self::Code,
        Self::PasswordLink,
        Self::Refresh,
        Self::Session,
        Self::Setup,
    ];

    /// The two letters in an opaque token's text: `sym_<letters>_…`.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Access => "at",
            Self::Browser => "br",
            Self::ClientSecret => "cs",
            Self::Code => "ac",
            Self::PasswordLink => "pl",
            Self::Refresh => "rt",
            Self::Session => "ss",
            Self::Setup => "st",
        }
    }

    /// Whether its texts have a body that says something to the authority.
    #[must_use]
    pub const fn has_body(self) -> bool {
        match self {
            Self::Code | Self::Refresh => true,
            Self::Access
            | Self::Browser
            | Self::ClientSecret
            | Self::PasswordLink
            | Self::Session
            | Self::Setup => false,
        }
    }

    /// The kind with these letters.
    #[must_use]
    pub fn from_letters(letters: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.letters() == letters)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Access => "access",
            Self::Browser => "browser",
            Self::ClientSecret => "client_secret",
            Self::Code => "code",
            Self::PasswordLink => "password_link",
            Self::Refresh => "refresh",
            Self::Session => "session",
            Self::Setup => "setup",
        })
    }
}

/// How a token looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A signed JWT that a verifier reads by itself (RFC 9068). No row is written for it.
    Jwt,
    /// A text that says nothing; the authority is asked (RFC 7662).
    Opaque,
}
