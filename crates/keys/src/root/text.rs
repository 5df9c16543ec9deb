//! A ring as text: one key a line, `<id> <base64 of 32 bytes>`, the newest last.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use zeroize::Zeroizing;

use super::{KEY_BYTES, MAX_KEYS, RootKey, RootKeyId};

/// Longest line: ten digits, a space, 44 characters; with room.
const LINE_BYTES: usize = 64;

/// Why a text is no ring. None of them repeats what the text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RootKeysError {
    /// There is no key in it.
    #[error("there is no root key in it; each line is `<id> <base64 of 32 bytes>`")]
    Empty,
    /// A line is something else.
    #[error("line {line} is no root key; it must be `<id> <base64 of 32 bytes>`")]
    Line {
        /// Which, from 1.
        line: usize,
    },
    /// Two lines have the same id.
    #[error("two root keys have the id {id}; give the newer one the next free number")]
    Repeated {
        /// The id.
        id: RootKeyId,
    },
    /// More than [`MAX_KEYS`].
    #[error("a ring holds at most {MAX_KEYS} root keys; take out the oldest that nothing needs")]
    TooMany,
}

/// The keys in the order of their lines.
pub(super) fn parse(text: &str) -> Result<Vec<RootKey>, RootKeysError> {
    let mut keys = Vec::new();
    for (at, line) in text.split(['\n', ',']).enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if keys.len() == MAX_KEYS {
            return Err(RootKeysError::TooMany);
        }
        keys.push(key(line).ok_or(RootKeysError::Line { line: at + 1 })?);
    }
    Ok(keys)
}

fn key(line: &str) -> Option<RootKey> {
    let (id, key) = line.split_once(' ')?;
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    // The decoder estimates by the text's length: a little more room than the 32 bytes it fills.
    let mut room = Zeroizing::new([0; LINE_BYTES]);
    let length = STANDARD.decode_slice(key.trim(), &mut *room).ok()?;
    let decoded = room.get(..length)?;
    if decoded.len() != KEY_BYTES {
        return None;
    }
    bytes.copy_from_slice(decoded);
    let id = RootKeyId(id.parse().ok()?);
    Some(RootKey { id, bytes })
}

/// The lines of these keys, in their order.
pub(super) fn write<'a>(keys: impl Iterator<Item = &'a RootKey>) -> Zeroizing<String> {
    // Room for all from the start, so that no copy stays behind where the text outgrew its buffer.
    let mut text = Zeroizing::new(String::with_capacity(MAX_KEYS * LINE_BYTES));
    for key in keys {
        text.push_str(&key.id.to_string());
        text.push(' ');
        let base64 = Zeroizing::new(STANDARD.encode(*key.bytes));
        text.push_str(&base64);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::RootKeys;
    use super::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn error(text: &str) -> Option<RootKeysError> {
        RootKeys::parse(text).err()
    }

    #[test]
    fn comments_empty_lines_and_commas_are_understood() {
        let text = format!("# ours\n\n7 {KEY}\r\n, 9  {KEY}");
        let ring = RootKeys::parse(&text).unwrap();
        assert!(ring.ids().eq([RootKeyId(7), RootKeyId(9)]));
        assert_eq!(ring.current(), RootKeyId(9));
    }

    #[test]
    fn what_is_no_key_is_named_by_its_line() {
        assert_eq!(error(""), Some(RootKeysError::Empty));
        let short = format!("1 {KEY}\n2 AAECAwQ=\n");
        assert_eq!(error(&short), Some(RootKeysError::Line { line: 2 }));
        for text in [
            KEY,
            "x AA==",
            &format!("-1 {KEY}"),
            &format!("1 {KEY}{KEY}"),
        ] {
            assert_eq!(error(text), Some(RootKeysError::Line { line: 1 }), "{text}");
        }
        let twice = format!("3 {KEY}\n3 {KEY}");
        let repeated = RootKeysError::Repeated { id: RootKeyId(3) };
        assert_eq!(error(&twice), Some(repeated));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            prop_assert!(RootKeys::parse(&text).is_err());
        }
    }
}
