//! Inflate what was compressed (DEFLATE, RFC 1951), up to a limit that is kept while inflating.

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use zeroize::Zeroizing;

use super::error::DecryptError;
use crate::jwk::Secret;

/// The inflated content.
pub(super) fn inflate(compressed: &[u8], limit: usize) -> Result<Secret, DecryptError> {
    match decompress_to_vec_with_limit(compressed, limit) {
        Ok(content) => Ok(Zeroizing::new(content)),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => {
            Err(DecryptError::TooLarge { limit })
        }
        Err(_) => Err(DecryptError::Inflate),
    }
}
