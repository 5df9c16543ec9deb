//! Cut a compact JWE into its five parts, within limits (RFC 7516 §7.1).

use super::error::{FormError, Part};
use super::header::MAX_HEADER_LEN;
use crate::base64url;

/// Longest token read where nothing else is said, in bytes: room for the largest signed token in an
/// encrypted one.
pub const MAX_LEN: usize = 128 * 1024;

/// The five parts, still encoded.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) header: &'a str,
    pub(super) encrypted_key: &'a str,
    pub(super) iv: &'a str,
    pub(super) ciphertext: &'a str,
    pub(super) tag: &'a str,
}

impl<'a> Parts<'a> {
    /// Sizes first, then exactly four dots.
    pub(crate) fn split(token: &'a str, limit: usize) -> Result<Self, FormError> {
        if token.len() > limit {
            return Err(FormError::TooLong { limit });
        }
        let mut parts = token.splitn(6, '.');
        let mut next = || parts.next();
        let (header, encrypted_key, iv) = (next(), next(), next());
        let (ciphertext, tag, more) = (next(), next(), next());
        match (header, encrypted_key, iv, ciphertext, tag, more) {
            (Some(header), Some(encrypted_key), Some(iv), Some(ciphertext), Some(tag), None) => {
                if header.len() > MAX_HEADER_LEN {
                    return Err(FormError::HeaderTooLong);
                }
                Ok(Self {
                    header,
                    encrypted_key,
                    iv,
                    ciphertext,
                    tag,
                })
            }
            (_, _, Some(_), None, _, _) => Err(FormError::Signed),
            _ => Err(FormError::Parts),
        }
    }

    /// The decoded header.
    pub(crate) fn decode_header(&self) -> Result<Vec<u8>, FormError> {
        base64url::decode(self.header).map_err(|_| FormError::Encoding(Part::Header))
    }
}
