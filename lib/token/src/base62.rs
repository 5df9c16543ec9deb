//! Base 62: `0-9A-Za-z`, which sorts as it counts and survives a double click.

pub(crate) const ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The value of one character.
pub(crate) fn value(character: u8) -> Option<u64> {
    let value = match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'Z' => character - b'A' + 10,
        b'a'..=b'z' => character - b'a' + 36,
        _ => return None,
    };
    Some(u64::from(value))
}

/// The character of `number mod 62`.
pub(crate) fn digit(number: u64) -> char {
    let at = usize::try_from(number % 62).unwrap_or(0);
    char::from(ALPHABET.get(at).copied().unwrap_or(b'0'))
}

/// Appends a number in exactly `width` characters, most significant first.
pub(crate) fn push(text: &mut String, number: u64, width: u32) {
    for place in (0..width).rev() {
        text.push(digit(number / 62_u64.pow(place)));
    }
}

/// Reads a number back; `None` for other characters or an overflow.
pub(crate) fn read(text: &str) -> Option<u64> {
    text.bytes().try_fold(0_u64, |number, character| {
        number.checked_mul(62)?.checked_add(value(character)?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_number_reads_back(number in any::<u32>()) {
            let mut text = String::new();
            push(&mut text, u64::from(number), 6);
            prop_assert_eq!(text.len(), 6);
            prop_assert_eq!(read(&text), Some(u64::from(number)));
        }
    }

    #[test]
    fn an_overflow_is_no_number() {
        assert_eq!(read("zzzzzzzzzzzz"), None);
        assert_eq!(read("a-b"), None);
    }
}
