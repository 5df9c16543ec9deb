//! Base64url as JOSE means it (RFC 7515 §2): no padding, no white space, no stray bits.
//!
//! One value has one spelling. A decoder that lets the unused bits of the last character vary would
//! let a token be changed without its signature noticing; this one refuses them.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::NO_PAD;
use thiserror::Error;

/// Vector instructions where the processor has them; the engine finds out once.
#[cfg(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_feature = "neon")
))]
static ENGINE: LazyLock<base64::engine::Simd> =
    LazyLock::new(|| base64::engine::Simd::url_safe(NO_PAD));

/// The portable engine.
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_feature = "neon")
)))]
static ENGINE: LazyLock<base64::engine::GeneralPurpose> =
    LazyLock::new(|| base64::engine::GeneralPurpose::new(&base64::alphabet::URL_SAFE, NO_PAD));

/// The text is not canonical base64url: a foreign character, padding, white space, a stray bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not canonical base64url without padding (RFC 7515 §2)")]
pub struct NotBase64Url;

/// Encodes bytes.
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    ENGINE.encode(bytes)
}

/// Appends the encoding of bytes.
pub fn encode_into(bytes: impl AsRef<[u8]>, out: &mut String) {
    ENGINE.encode_string(bytes, out);
}

/// Decodes text.
///
/// # Errors
/// [`NotBase64Url`] unless the text is the one canonical spelling of its bytes.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, NotBase64Url> {
    ENGINE.decode(text).map_err(|_| NotBase64Url)
}

/// Decodes into `stack` where the text fits, else into `heap`, and lends the bytes.
pub(crate) fn decode_within<'b>(
    text: &str,
    stack: &'b mut [u8],
    heap: &'b mut Vec<u8>,
) -> Result<&'b [u8], NotBase64Url> {
    let room = base64::decoded_len_estimate(text.len());
    let buffer = if room <= stack.len() {
        stack
    } else {
        heap.resize(room, 0);
        heap.as_mut_slice()
    };
    let len = ENGINE
        .decode_slice(text, buffer)
        .map_err(|_| NotBase64Url)?;
    buffer.get(..len).ok_or(NotBase64Url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_value_has_one_spelling() {
        assert_eq!(decode("Zm8").unwrap(), b"fo");
        for text in [
            "Zm9", "Zm8=", "Zm8 ", " Zm8", "Zm\n8", "Zm8\n", "Z", "Zm9v\0", "a+b/", "Zm8\r\n",
        ] {
            assert_eq!(decode(text), Err(NotBase64Url), "{text:?}");
        }
        for text in ["Zh", "Zi", "Zv", "Zm9vYh"] {
            assert_eq!(decode(text), Err(NotBase64Url), "{text:?}");
        }
    }

    /// Long enough for vector instructions, and all of it looked at.
    #[test]
    fn a_foreign_character_is_seen_at_every_place() {
        let text = encode([0xA7; 150]);
        assert!(decode(&text).is_ok());
        for at in 0..text.len() {
            for foreign in [b'+', b'/', b'=', b' ', b'.', b'\n', 0, 0x7F, 0x80, 0xFF] {
                let mut text = text.clone().into_bytes();
                text[at] = foreign;
                assert_eq!(decode(&text), Err(NotBase64Url), "{foreign} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn bytes_return_whatever_buffer_holds_them(bytes: Vec<u8>, room in 0_usize..200) {
            let text = encode(&bytes);
            let (mut stack, mut heap) = (vec![0; room], Vec::new());
            prop_assert_eq!(decode_within(&text, &mut stack, &mut heap), Ok(bytes.as_slice()));
            prop_assert_eq!(decode(text), Ok(bytes));
        }

        #[test]
        fn what_decodes_encodes_to_the_same_text(text in "[A-Za-z0-9_-]{0,200}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(bytes), text);
            }
        }
    }
}
