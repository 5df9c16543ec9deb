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

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bomb_goes_off_at_the_limit() {
        let bomb = compress_to_vec(&vec![0; 16 << 20], 9);
        assert!(bomb.len() < 20_000);
        for limit in [0, 1, 1000, 1 << 20] {
            let refused = inflate(&bomb, limit).unwrap_err();
            assert_eq!(refused, DecryptError::TooLarge { limit });
        }
    }

    #[test]
    fn what_is_cut_short_is_damaged() {
        let whole = compress_to_vec(b"content, content, content", 6);
        for len in 0..whole.len() {
            let refused = inflate(&whole[..len], 100).unwrap_err();
            assert_eq!(refused, DecryptError::Inflate, "{len}");
        }
    }

    proptest! {
        #[test]
        fn contents_inflate_up_to_their_length(content: Vec<u8>) {
            let compressed = compress_to_vec(&content, 6);
            let limit = content.len();
            prop_assert_eq!(inflate(&compressed, limit).unwrap().to_vec(), content);
            if let Some(limit) = limit.checked_sub(1) {
                prop_assert_eq!(
                    inflate(&compressed, limit).unwrap_err(),
                    DecryptError::TooLarge { limit }
                );
            }
        }

        #[test]
        fn bytes_of_chance_never_panic(bytes: Vec<u8>) {
            let _ = inflate(&bytes, 1000);
        }
    }
}
