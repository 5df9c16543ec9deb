//! Where in which stream: names and hashes, as unpadded base64url.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A text that is not so many bytes in base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is not {0} bytes in base64url")]
pub struct NotAName(usize);

/// Bytes that are written as base64url.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes<const N: usize>(pub [u8; N]);

/// The random name of one run of a channel.
pub type StreamName = Bytes<16>;

/// The SHA-256 of a frame's compact text; before the first frame, of the stream's name as text.
pub type Hash = Bytes<32>;

/// What a follower chose at random, to know its own echo.
pub type Nonce = Bytes<16>;

impl<const N: usize> fmt::Display for Bytes<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<const N: usize> fmt::Debug for Bytes<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl<const N: usize> FromStr for Bytes<N> {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        // Not longer than it must be: a text from outside costs nothing.
        if text.len() != (N * 4).div_ceil(3) {
            return Err(NotAName(N));
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAName(N))?;
        bytes.try_into().map(Self).map_err(|_| NotAName(N))
    }
}

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How far a stream has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which stream.
    pub stream: StreamName,
    /// The number of its last frame; 0 before the first.
    pub n: u64,
    /// The hash of that frame, which the next one carries.
    pub head: Hash,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_has_its_length() {
        for text in [
            "",
            "AA",
            "AAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAAAAAAAAB",
        ] {
            assert_eq!(text.parse::<StreamName>(), Err(NotAName(16)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_hash_reads_back(bytes: [u8; 32]) {
            prop_assert_eq!(Bytes(bytes).to_string().parse::<Hash>(), Ok(Bytes(bytes)));
        }
    }
}
