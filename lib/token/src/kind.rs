//! What a token is for, and how it looks: two questions, two types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Lets its bearer use a resource (RFC 6749 §1.4).
    Access,
    /// Proves a client (RFC 6749 §2.3.1).
    ClientSecret,
    /// Opens the first management session of a new installation, once.
    Setup,
}

impl Kind {
    /// The two letters in an opaque token's text: `sym_<letters>_…`.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Access => "at",
            Self::ClientSecret => "cs",
            Self::Setup => "st",
        }
    }

    /// The kind with these letters.
    #[must_use]
    pub fn from_letters(letters: &str) -> Option<Self> {
        [Self::Access, Self::ClientSecret, Self::Setup]
            .into_iter()
            .find(|kind| kind.letters() == letters)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Access => "access",
            Self::ClientSecret => "client_secret",
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
