//! Key management algorithms by their registered JOSE names (RFC 7518 §4.1, RFC 8037).
//!
//! Missing on purpose: `RSA1_5`, whose padding has been an oracle for a quarter of a century. Missing
//! because aws-lc-rs wraps by 128 and 256 bits only: `A192KW`, and `ECDH-ES+A192KW` and
//! `PBES2-HS384+A192KW`, which need it.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::key_wrap::{self, AesBlockCipher};
use aws_lc_rs::rsa::{self, OaepAlgorithm};
use aws_lc_rs::{aead, pbkdf2};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// How the content key reaches the recipient. There is no default: every key states its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyManagement {
    /// `RSA-OAEP-256`: RSAES-OAEP with SHA-256 (RFC 7518 §4.3).
    RsaOaep256,
    /// `RSA-OAEP`: RSAES-OAEP with SHA-1. For reading only, and only where asked for by name.
    RsaOaep,
    /// `ECDH-ES`: the agreed key is the content key (RFC 7518 §4.6, RFC 8037 §3.2).
    EcdhEs,
    /// `ECDH-ES+A128KW`: the agreed key wraps the content key.
    EcdhEsA128Kw,
    /// `ECDH-ES+A256KW`: the agreed key wraps the content key.
    EcdhEsA256Kw,
    /// `A128KW`: a shared key of 16 bytes wraps the content key (RFC 7518 §4.4).
    A128Kw,
    /// `A256KW`: a shared key of 32 bytes wraps the content key.
    A256Kw,
    /// `A128GCMKW`: a shared key of 16 bytes encrypts the content key (RFC 7518 §4.7).
    A128GcmKw,
    /// `A192GCMKW`: a shared key of 24 bytes encrypts the content key.
    A192GcmKw,
    /// `A256GCMKW`: a shared key of 32 bytes encrypts the content key.
    A256GcmKw,
    /// `dir`: the shared key is the content key (RFC 7518 §4.5).
    Dir,
    /// `PBES2-HS256+A128KW`: a password wraps the content key (RFC 7518 §4.8). For reading only.
    Pbes2Hs256A128Kw,
    /// `PBES2-HS512+A256KW`: a password wraps the content key. For reading only.
    Pbes2Hs512A256Kw,
}

/// The name is none of [`KeyManagement::ALL`]. Names are compared exactly (RFC 7516 §4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "unknown key management algorithm; expected one of RSA-OAEP-256, ECDH-ES…, A128KW, A256KW, \
     A128GCMKW…, dir, PBES2-HS256+A128KW, PBES2-HS512+A256KW"
)]
pub struct UnknownKeyManagement;

/// AES key wrap (RFC 3394) by the length of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrap {
    A128,
    A256,
}

impl Wrap {
    pub(super) const fn cipher(self) -> &'static AesBlockCipher {
        match self {
            Self::A128 => &key_wrap::AES_128,
            Self::A256 => &key_wrap::AES_256,
        }
    }

    pub(super) const fn key_len(self) -> usize {
        match self {
            Self::A128 => 16,
            Self::A256 => 32,
        }
    }
}

/// What an algorithm does, and by which primitive.
#[derive(Clone, Copy)]
pub(super) enum Scheme {
    Oaep(&'static OaepAlgorithm),
    /// Without a wrap the agreed key is the content key itself.
    Agree(Option<Wrap>),
    Wrap(Wrap),
    Gcm(&'static aead::Algorithm),
    Direct,
    Password(pbkdf2::Algorithm, Wrap),
}

impl KeyManagement {
    /// All algorithms, in the order of their declaration.
    pub const ALL: [Self; 13] = [
        Self::RsaOaep256,
        Self::RsaOaep,
        Self::EcdhEs,
        Self::EcdhEsA128Kw,
        Self::EcdhEsA256Kw,
        Self::A128Kw,
        Self::A256Kw,
        Self::A128GcmKw,
        Self::A192GcmKw,
        Self::A256GcmKw,
        Self::Dir,
        Self::Pbes2Hs256A128Kw,
        Self::Pbes2Hs512A256Kw,
    ];

    /// Those that encrypt by a public key.
    pub const ASYMMETRIC: [Self; 4] = [
        Self::RsaOaep256,
        Self::EcdhEs,
        Self::EcdhEsA128Kw,
        Self::EcdhEsA256Kw,
    ];

    /// The registered name, as `alg` carries it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::RsaOaep => "RSA-OAEP",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA128Kw => "ECDH-ES+A128KW",
            Self::EcdhEsA256Kw => "ECDH-ES+A256KW",
            Self::A128Kw => "A128KW",
            Self::A256Kw => "A256KW",
            Self::A128GcmKw => "A128GCMKW",
            Self::A192GcmKw => "A192GCMKW",
            Self::A256GcmKw => "A256GCMKW",
            Self::Dir => "dir",
            Self::Pbes2Hs256A128Kw => "PBES2-HS256+A128KW",
            Self::Pbes2Hs512A256Kw => "PBES2-HS512+A256KW",
        }
    }

    /// The algorithm of this exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether the content key follows from the recipient's key, so that nobody can choose it.
    #[must_use]
    pub const fn is_direct(self) -> bool {
        matches!(self, Self::Dir | Self::EcdhEs)
    }

    /// Whether nothing is encrypted by it here: `RSA-OAEP`, because of SHA-1, and `PBES2`, because
    /// passwords are guessed.
    #[must_use]
    pub const fn is_for_reading_only(self) -> bool {
        matches!(
            self,
            Self::RsaOaep | Self::Pbes2Hs256A128Kw | Self::Pbes2Hs512A256Kw
        )
    }

    pub(super) fn scheme(self) -> Scheme {
        match self {
            Self::RsaOaep256 => Scheme::Oaep(&rsa::OAEP_SHA256_MGF1SHA256),
            Self::RsaOaep => Scheme::Oaep(&rsa::OAEP_SHA1_MGF1SHA1),
            Self::EcdhEs => Scheme::Agree(None),
            Self::EcdhEsA128Kw => Scheme::Agree(Some(Wrap::A128)),
            Self::EcdhEsA256Kw => Scheme::Agree(Some(Wrap::A256)),
            Self::A128Kw => Scheme::Wrap(Wrap::A128),
            Self::A256Kw => Scheme::Wrap(Wrap::A256),
            Self::A128GcmKw => Scheme::Gcm(&aead::AES_128_GCM),
            Self::A192GcmKw => Scheme::Gcm(&aead::AES_192_GCM),
            Self::A256GcmKw => Scheme::Gcm(&aead::AES_256_GCM),
            Self::Dir => Scheme::Direct,
            Self::Pbes2Hs256A128Kw => Scheme::Password(pbkdf2::PBKDF2_HMAC_SHA256, Wrap::A128),
            Self::Pbes2Hs512A256Kw => Scheme::Password(pbkdf2::PBKDF2_HMAC_SHA512, Wrap::A256),
        }
    }
}

impl fmt::Display for KeyManagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for KeyManagement {
    type Err = UnknownKeyManagement;

    fn from_str(name: &str) -> Result<Self, UnknownKeyManagement> {
        Self::from_name(name).ok_or(UnknownKeyManagement)
    }
}

impl Serialize for KeyManagement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for KeyManagement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_algorithm() {
        for one in KeyManagement::ALL {
            assert_eq!(one.name().parse(), Ok(one));
            let json = serde_json::to_string(&one).unwrap();
            assert_eq!(serde_json::from_str::<KeyManagement>(&json).unwrap(), one);
        }
    }

    #[test]
    fn names_are_exact_and_some_are_none() {
        for name in [
            "RSA1_5",
            "A192KW",
            "rsa-oaep",
            "DIR",
            "none",
            "",
            "RSA-OAEP-512",
        ] {
            assert_eq!(name.parse::<KeyManagement>(), Err(UnknownKeyManagement));
        }
    }
}
