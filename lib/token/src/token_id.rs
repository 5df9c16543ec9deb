//! The name of one token, its `jti`: where its status bit stands, and a MAC that only the authority
//! can make.
//!
//! Bucket and index name the token within its realm. The MAC is taken over what the token says,
//! under a key apart from the signing keys: a token signed with a stolen signing key has a `jti`
//! that does not hold. 24 bytes, 32 characters of base64url.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::status::{Bucket, StatusRef};

/// Bytes of the MAC: nobody can try 2^128 at a server.
pub const MAC_BYTES: usize = 16;

/// The name of one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenId {
    /// Where its status bit stands.
    pub status: StatusRef,
    /// Proof that the authority gave the name.
    pub mac: [u8; MAC_BYTES],
}

/// A text that names no token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is no token id of Symbolon's")]
pub struct NotATokenId;

impl fmt::Display for TokenId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 8 + MAC_BYTES];
        let (place, mac) = bytes.split_at_mut(8);
        let (bucket, index) = place.split_at_mut(4);
        bucket.copy_from_slice(&self.status.bucket.0.to_be_bytes());
        index.copy_from_slice(&self.status.index.to_be_bytes());
        mac.copy_from_slice(&self.mac);
        out.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for TokenId {
    type Err = NotATokenId;

    fn from_str(text: &str) -> Result<Self, NotATokenId> {
        let mut bytes = [0; 8 + MAC_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes);
        if length.map_err(|_| NotATokenId)? != bytes.len() {
            return Err(NotATokenId);
        }
        let (bucket, rest) = bytes.split_first_chunk().ok_or(NotATokenId)?;
        let (index, rest) = rest.split_first_chunk().ok_or(NotATokenId)?;
        let (mac, _) = rest.split_first_chunk().ok_or(NotATokenId)?;
        let status = StatusRef {
            bucket: Bucket(u32::from_be_bytes(*bucket)),
            index: u32::from_be_bytes(*index),
        };
        Ok(Self { status, mac: *mac })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_id_reads_back(bucket in any::<u32>(), index in any::<u32>(), mac in any::<[u8; 16]>()) {
            let status = StatusRef { bucket: Bucket(bucket), index };
            let id = TokenId { status, mac };
            prop_assert_eq!(id.to_string().len(), 32);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn other_texts_name_nothing(text in ".{0,40}") {
            prop_assume!(text.len() != 32);
            prop_assert_eq!(text.parse::<TokenId>(), Err(NotATokenId));
        }
    }
}
