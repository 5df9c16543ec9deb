//! How a token without content is written: `sym_<kind>_`, 32 random base62 characters, and six more
//! of CRC-32 over all before them.
//!
//! The checksum is looked at before any lookup, so that a typing error or a guess costs no query,
//! and a scanner that finds such a text in a repository knows what it has found. Codes and refresh
//! tokens have a body that says something to the authority, base64url in place of the random
//! characters. The expression `sym_[a-z]{2}_[0-9A-Za-z_-]{38,}` covers every one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::base62;
use crate::kind::Kind;
use crate::random::Random;
use crate::secret::Secret;

/// Random characters: 190 bits.
const BODY: usize = 32;

/// Characters of the checksum: 32 bits need six.
const CHECKSUM: u32 = 6;

/// Characters before the body: `sym_`, two letters, `_`.
const PREFIX: usize = 7;

/// Length of a text without a body of its own.
pub const LENGTH: usize = PREFIX + BODY + CHECKSUM as usize;

/// Longest text that is looked at, in bytes: an authorization code has at most 2 KiB of body.
const MAX_LENGTH: usize = 4096;

/// A byte below this maps to a character without bias; the others are thrown away.
const UNBIASED: u8 = 248;

/// Why a text is no opaque token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpaqueError {
    /// It does not begin with `sym_`: somebody else's.
    #[error("this is no token of Symbolon's")]
    Foreign,
    /// Its kind is not known here.
    #[error("this kind of token is not known")]
    UnknownKind,
    /// A character is wrong or missing.
    #[error("this token was mistyped or cut off: its checksum does not fit")]
    Checksum,
}

/// Makes a new text of this kind.
#[must_use]
pub fn mint(kind: Kind, random: &dyn Random) -> Secret {
    let mut body = String::with_capacity(BODY);
    while body.len() < BODY {
        let mut bytes = [0_u8; 64];
        random.fill(&mut bytes);
        let room = BODY - body.len();
        let fair = bytes.iter().filter(|byte| **byte < UNBIASED).take(room);
        body.extend(fair.map(|byte| base62::digit(u64::from(*byte))));
    }
    Secret::new(finish(kind, &body))
}

/// A text with this body, for the kinds that have one.
#[must_use]
pub fn with_body(kind: Kind, body: &[u8]) -> Secret {
    Secret::new(finish(kind, &URL_SAFE_NO_PAD.encode(body)))
}

/// The body of a text of this kind whose checksum fits. It may still be anybody's invention.
///
/// # Errors
/// [`OpaqueError`], which says what is wrong with it.
pub fn body(kind: Kind, text: &str) -> Result<Vec<u8>, OpaqueError> {
    if self::kind(text)? != kind || !kind.has_body() {
        return Err(OpaqueError::UnknownKind);
    }
    let body = text.get(PREFIX..text.len().saturating_sub(CHECKSUM as usize));
    let body = URL_SAFE_NO_PAD.decode(body.unwrap_or_default());
    body.map_err(|_| OpaqueError::Checksum)
}

fn finish(kind: Kind, body: &str) -> String {
    let mut text = String::with_capacity(LENGTH);
    text.push_str("sym_");
    text.push_str(kind.letters());
    text.push('_');
    text.push_str(body);
    let checksum = crc32fast::hash(text.as_bytes());
    base62::push(&mut text, u64::from(checksum), CHECKSUM);
    text
}

/// Reads the kind of a text whose checksum fits. Nothing is looked up: it may still be a guess.
///
/// # Errors
/// [`OpaqueError`], which says what is wrong with it.
pub fn kind(text: &str) -> Result<Kind, OpaqueError> {
    let rest = text.strip_prefix("sym_").ok_or(OpaqueError::Foreign)?;
    let (letters, body) = rest.split_once('_').ok_or(OpaqueError::Foreign)?;
    let kind = Kind::from_letters(letters).ok_or(OpaqueError::UnknownKind)?;
    let end = body.len().checked_sub(CHECKSUM as usize);
    let body = end.and_then(|end| body.get(..end));
    let body = body.ok_or(OpaqueError::Checksum)?;
    let shaped = if kind.has_body() {
        let allowed = |byte: u8| base62::value(byte).is_some() || matches!(byte, b'-' | b'_');
        text.len() <= MAX_LENGTH && body.bytes().all(allowed)
    } else {
        body.len() == BODY && body.bytes().all(|one| base62::value(one).is_some())
    };
    if shaped && finish(kind, body) == text {
        Ok(kind)
    } else {
        Err(OpaqueError::Checksum)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use proptest::prelude::*;

    use super::*;

    struct Counting(AtomicU8);

    impl Random for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for byte in buffer {
                *byte = self.0.fetch_add(7, Ordering::Relaxed);
            }
        }
    }

    fn token() -> Secret {
        mint(Kind::Access, &Counting(AtomicU8::new(1)))
    }

    #[test]
    fn a_minted_text_has_its_kind_and_length() {
        let token = token();
        assert_eq!(token.len(), LENGTH);
        assert_eq!(kind(token.reveal()), Ok(Kind::Access));
    }

    #[test]
    fn a_body_reads_back_and_belongs_to_its_kind() {
        let text = with_body(Kind::Refresh, &[0, 0xff, 7]);
        assert_eq!(body(Kind::Refresh, text.reveal()), Ok(vec![0, 0xff, 7]));
        let other = body(Kind::Code, text.reveal());
        assert_eq!(other, Err(OpaqueError::UnknownKind));
        let plain = body(Kind::Access, token().reveal());
        assert_eq!(plain, Err(OpaqueError::UnknownKind));
        let long = with_body(Kind::Code, &[1; 4000]);
        assert_eq!(kind(long.reveal()), Err(OpaqueError::Checksum));
    }

    #[test]
    fn other_texts_say_what_is_wrong() {
        assert_eq!(kind("eyJhbGciOi"), Err(OpaqueError::Foreign));
        assert_eq!(kind("sym_xx_"), Err(OpaqueError::UnknownKind));
        assert_eq!(kind("sym_at_abc"), Err(OpaqueError::Checksum));
    }

    proptest! {
        #[test]
        fn one_wrong_character_shows(at in 0..LENGTH, wrong in "[0-9A-Za-z_]") {
            let text = token().reveal().to_owned();
            let changed = format!("{}{wrong}{}", &text[..at], &text[at + 1..]);
            prop_assume!(changed != text);
            prop_assert!(kind(&changed).is_err());
        }

        #[test]
        fn one_wrong_character_shows_in_a_text_with_a_body(
            bytes in prop::collection::vec(any::<u8>(), 0..80),
            at in 0_usize..60,
            wrong in "[0-9A-Za-z_-]",
        ) {
            let text = with_body(Kind::Code, &bytes).reveal().to_owned();
            prop_assert_eq!(body(Kind::Code, &text), Ok(bytes));
            let at = at % text.len();
            let changed = format!("{}{wrong}{}", &text[..at], &text[at + 1..]);
            prop_assume!(changed != text);
            prop_assert!(kind(&changed).is_err());
        }

        #[test]
        fn no_text_panics(text in ".*") {
            prop_assert!(kind(&text).is_err());
        }
    }
}
