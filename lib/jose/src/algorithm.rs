//! Signature algorithms by their registered JOSE names (RFC 7518 §3.1, RFC 8037, RFC 9864, RFC 9964).
//!
//! `none` is no member: what has no name here can neither sign nor verify.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// A signature or MAC algorithm. There is no default one: every key states its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519 under its fully specified name (RFC 9864).
    Ed25519,
    /// Ed25519 under the older, polymorphic name (RFC 8037), for verifiers that know only that.
    EdDsa,
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// ECDSA over P-384 with SHA-384.
    Es384,
    /// ECDSA over P-521 with SHA-512.
    Es512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// ML-DSA-44 (FIPS 204), which a quantum computer does not break.
    #[cfg(feature = "ml-dsa")]
    MlDsa44,
    /// ML-DSA-65 (FIPS 204), which a quantum computer does not break.
    #[cfg(feature = "ml-dsa")]
    MlDsa65,
    /// ML-DSA-87 (FIPS 204), which a quantum computer does not break.
    #[cfg(feature = "ml-dsa")]
    MlDsa87,
    /// HMAC with SHA-256; only a [`SymmetricKey`](crate::SymmetricKey) carries it.
    Hs256,
    /// HMAC with SHA-384; only a [`SymmetricKey`](crate::SymmetricKey) carries it.
    Hs384,
    /// HMAC with SHA-512; only a [`SymmetricKey`](crate::SymmetricKey) carries it.
    Hs512,
}

/// The name is none of [`Algorithm::ALL`]. Names are compared exactly, as RFC 7515 §4.1.1 demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "unknown signature algorithm; expected one of Ed25519, EdDSA, ES256…, PS256…, RS256…, HS256…"
)]
pub struct UnknownAlgorithm;

/// How many algorithms the feature `ml-dsa` adds.
const POST_QUANTUM: usize = if cfg!(feature = "ml-dsa") { 3 } else { 0 };

impl Algorithm {
    /// All algorithms, in the order of their declaration.
    pub const ALL: [Self; 14 + POST_QUANTUM] = [
        Self::Ed25519,
        Self::EdDsa,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        #[cfg(feature = "ml-dsa")]
        Self::MlDsa44,
        #[cfg(feature = "ml-dsa")]
        Self::MlDsa65,
        #[cfg(feature = "ml-dsa")]
        Self::MlDsa87,
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
    ];

    /// The algorithms of key pairs: all but HMAC.
    pub const ASYMMETRIC: [Self; 11 + POST_QUANTUM] = [
        Self::Ed25519,
        Self::EdDsa,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        #[cfg(feature = "ml-dsa")]
        Self::MlDsa44,
        #[cfg(feature = "ml-dsa")]
        Self::MlDsa65,
        #[cfg(feature = "ml-dsa")]
        Self::MlDsa87,
    ];

    /// The registered name, as `alg` carries it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44 => "ML-DSA-44",
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa65 => "ML-DSA-65",
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa87 => "ML-DSA-87",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// The algorithm of this exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "Ed25519" => Self::Ed25519,
            "EdDSA" => Self::EdDsa,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            #[cfg(feature = "ml-dsa")]
            "ML-DSA-44" => Self::MlDsa44,
            #[cfg(feature = "ml-dsa")]
            "ML-DSA-65" => Self::MlDsa65,
            #[cfg(feature = "ml-dsa")]
            "ML-DSA-87" => Self::MlDsa87,
            "HS256" => Self::Hs256,
            "HS384" => Self::Hs384,
            "HS512" => Self::Hs512,
            _ => return None,
        })
    }

    /// Whether both names stand for the same computation: equal, or `Ed25519` beside `EdDSA`.
    #[must_use]
    pub fn same_as(self, other: Self) -> bool {
        self.canonical() == other.canonical()
    }

    /// Whether the same secret signs and verifies (HMAC).
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }

    /// The hash that a key pair signs in the message's place; none where it reads the whole message, and
    /// where a secret is shared.
    pub(crate) fn message_hash(self) -> Option<&'static digest::Algorithm> {
        match self {
            Self::Es256 | Self::Ps256 | Self::Rs256 => Some(&digest::SHA256),
            Self::Es384 | Self::Ps384 | Self::Rs384 => Some(&digest::SHA384),
            Self::Es512 | Self::Ps512 | Self::Rs512 => Some(&digest::SHA512),
            Self::Ed25519 | Self::EdDsa => None,
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => None,
            Self::Hs256 | Self::Hs384 | Self::Hs512 => None,
        }
    }

    fn canonical(self) -> Self {
        if self == Self::EdDsa {
            Self::Ed25519
        } else {
            self
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::from_name(name).ok_or(UnknownAlgorithm)
    }
}

impl Serialize for Algorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl de::Visitor<'_> for Name {
            type Value = Algorithm;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the JOSE name of a signature algorithm")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Algorithm, E> {
                name.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_algorithm() {
        for one in Algorithm::ALL {
            assert_eq!(Algorithm::from_name(one.name()), Some(one));
            let json = serde_json::to_string(&one).unwrap();
            assert_eq!(json, format!("\"{}\"", one.name()));
            assert_eq!(serde_json::from_str::<Algorithm>(&json).unwrap(), one);
        }
    }

    #[test]
    fn names_are_exact_and_none_is_no_algorithm() {
        for name in [
            "none", "None", "NONE", "es256", "ES256 ", "", "ED25519", "Ed448",
        ] {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm), "{name}");
        }
    }

    #[test]
    fn only_the_two_names_of_ed25519_are_the_same() {
        for one in Algorithm::ALL {
            for other in Algorithm::ALL {
                let twins = [Algorithm::Ed25519, Algorithm::EdDsa];
                let same = one == other || (twins.contains(&one) && twins.contains(&other));
                assert_eq!(one.same_as(other), same, "{one} {other}");
            }
        }
    }
}
