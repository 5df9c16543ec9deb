//! Cut a compact JWS into its three parts, within limits.

use crate::base64url;
use crate::error::{FormError, Part};

/// Longest token read where no purpose says otherwise, in bytes: web servers refuse headers of this
/// size anyway.
pub const MAX_TOKEN_LEN: usize = 64 * 1024;

/// Longest header read, in base64url characters: room for a certificate chain that is then ignored.
pub const MAX_HEADER_LEN: usize = 8 * 1024;

/// The three parts, still encoded.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a str,
    /// Header, dot and payload: what is signed.
    pub(crate) signed: &'a str,
}

impl<'a> Parts<'a> {
    /// Sizes first, then exactly two dots.
    pub(crate) fn split(token: &'a str, limit: usize) -> Result<Self, FormError> {
        if token.len() > limit {
            return Err(FormError::TooLong { limit });
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(FormError::Parts)?;
        let (header, payload) = signed.split_once('.').ok_or(FormError::Parts)?;
        // Every byte is looked at, without a way out: the compiler makes vectors of that.
        let dot = |seen, byte: &u8| seen | u8::from(*byte == b'.');
        if payload.as_bytes().iter().fold(0, dot) != 0 {
            let is_encrypted = payload.split('.').count() == 3;
            return Err(if is_encrypted {
                FormError::Encrypted
            } else {
                FormError::Parts
            });
        }
        if header.len() > MAX_HEADER_LEN {
            return Err(FormError::HeaderTooLong);
        }
        Ok(Self {
            header,
            payload,
            signature,
            signed,
        })
    }

    /// The decoded payload.
    pub(crate) fn decode_payload(&self) -> Result<Vec<u8>, FormError> {
        base64url::decode(self.payload).map_err(|_| FormError::Encoding(Part::Payload))
    }
}
