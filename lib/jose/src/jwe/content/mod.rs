//! Content encryption: the algorithms of `enc` (RFC 7518 §5), and the keys they take.

mod cipher;
mod key;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

pub(super) use cipher::{Sealed, open, seal};
pub use key::ContentKey;

/// How the content is encrypted and authenticated. There is no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContentEncryption {
    /// `A128CBC-HS256` (RFC 7518 §5.2.3), key of 32 bytes.
    A128CbcHs256,
    /// `A192CBC-HS384` (RFC 7518 §5.2.4), key of 48 bytes.
    A192CbcHs384,
    /// `A256CBC-HS512` (RFC 7518 §5.2.5), key of 64 bytes.
    A256CbcHs512,
    /// `A128GCM` (RFC 7518 §5.3), key of 16 bytes.
    A128Gcm,
    /// `A192GCM`, key of 24 bytes.
    A192Gcm,
    /// `A256GCM`, key of 32 bytes.
    A256Gcm,
}

/// The name is none of [`ContentEncryption::ALL`]. Names are compared exactly (RFC 7516 §4.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "unknown content encryption; expected A128CBC-HS256, A192CBC-HS384, A256CBC-HS512, \
         A128GCM, A192GCM or A256GCM"
)]
pub struct UnknownContentEncryption;

impl ContentEncryption {
    /// All algorithms, in the order of their declaration.
    pub const ALL: [Self; 6] = [
        Self::A128CbcHs256,
        Self::A192CbcHs384,
        Self::A256CbcHs512,
        Self::A128Gcm,
        Self::A192Gcm,
        Self::A256Gcm,
    ];

    /// The registered name, as `enc` carries it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A192CbcHs384 => "A192CBC-HS384",
            Self::A256CbcHs512 => "A256CBC-HS512",
            Self::A128Gcm => "A128GCM",
            Self::A192Gcm => "A192GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// The algorithm of this exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Length of its content key, in bytes.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A192Gcm => 24,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A192CbcHs384 => 48,
            Self::A256CbcHs512 => 64,
        }
    }

    /// Length of its initialisation vector, in bytes.
    #[must_use]
    pub const fn iv_len(self) -> usize {
        match self {
            Self::A128CbcHs256 | Self::A192CbcHs384 | Self::A256CbcHs512 => 16,
            Self::A128Gcm | Self::A192Gcm | Self::A256Gcm => 12,
        }
    }

    /// Length of its authentication tag, in bytes.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        match self {
            Self::A128CbcHs256 | Self::A128Gcm | Self::A192Gcm | Self::A256Gcm => 16,
            Self::A192CbcHs384 => 24,
            Self::A256CbcHs512 => 32,
        }
    }
}

impl fmt::Display for ContentEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ContentEncryption {
    type Err = UnknownContentEncryption;

    fn from_str(name: &str) -> Result<Self, UnknownContentEncryption> {
        Self::from_name(name).ok_or(UnknownContentEncryption)
    }
}

impl Serialize for ContentEncryption {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for ContentEncryption {
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
        for one in ContentEncryption::ALL {
            assert_eq!(one.name().parse(), Ok(one));
            let json = serde_json::to_string(&one).unwrap();
            assert_eq!(
                serde_json::from_str::<ContentEncryption>(&json).unwrap(),
                one
            );
        }
        assert_eq!(
            "a128gcm".parse::<ContentEncryption>(),
            Err(UnknownContentEncryption)
        );
    }
}
