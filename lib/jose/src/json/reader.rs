//! Pass over JSON by its grammar (RFC 8259), value by value.

use std::borrow::Cow;

use super::name::Names;
use super::{JsonError, MAX_DEPTH, Raw, string};

/// A place in a text, on its way to the end.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Result<(), JsonError> {
        if self.peek() == Some(wanted) {
            self.at += 1;
            Ok(())
        } else {
            Err(JsonError::Syntax)
        }
    }

    pub(super) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        self.space();
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(JsonError::Syntax)
        }
    }

    /// Passes a value and lends it as it stands.
    pub(super) fn value(&mut self, depth: usize) -> Result<Raw<'a>, JsonError> {
        let start = self.at;
        let mut plain = false;
        match self.peek() {
            Some(b'{') => self.object(depth, &mut |_, _| Ok::<_, JsonError>(()))?,
            Some(b'[') if depth > MAX_DEPTH => return Err(JsonError::TooDeep),
            Some(b'[') => self.elements(&mut |reader| reader.value(depth + 1).map(|_| ()))?,
            Some(b'"') => plain = !self.string()?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => self.number()?,
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        Ok(Raw { text, plain })
    }

    pub(super) fn object<E: From<JsonError>>(
        &mut self,
        depth: usize,
        each: &mut impl FnMut(&Cow<'a, str>, Raw<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        if depth > MAX_DEPTH {
            return Err(JsonError::TooDeep.into());
        }
        let mut names = Names::new();
        self.take(b'{')?;
        self.space();
        if self.take(b'}').is_ok() {
            return Ok(());
        }
        loop {
            let name = self.name()?;
            self.space();
            self.take(b':')?;
            self.space();
            let value = self.value(depth + 1)?;
            each(&name, value)?;
            names.insert(name)?;
            self.space();
            if self.take(b'}').is_ok() {
                return Ok(());
            }
            self.take(b',')?;
            self.space();
        }
    }

    pub(super) fn elements<E: From<JsonError>>(
        &mut self,
        each: &mut impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.take(b'[')?;
        self.space();
        if self.take(b']').is_ok() {
            return Ok(());
        }
        loop {
            each(self)?;
            self.space();
            if self.take(b']').is_ok() {
                return Ok(());
            }
            self.take(b',')?;
            self.space();
        }
    }

    fn name(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let start = self.at;
        if self.string()? {
            string(self.since(start)).ok_or(JsonError::Syntax)
        } else {
            let end = self.at.saturating_sub(1);
            self.text
                .get(start + 1..end)
                .map(Cow::Borrowed)
                .ok_or(JsonError::Syntax)
        }
    }

    /// Passes a string; tells whether it holds escapes.
    fn string(&mut self) -> Result<bool, JsonError> {
        self.take(b'"')?;
        let mut escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let plain = plain_len(rest);
            self.at += plain;
            match rest.get(plain) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                    escaped = true;
                }
                Some(_) | None => return Err(JsonError::Syntax),
            }
        }
    }

    fn escape(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => match self.unit()? {
                0xD800..=0xDBFF => {
                    self.take(b'\\')?;
                    match self.unit()? {
                        0xDC00..=0xDFFF => Ok(()),
                        _ => Err(JsonError::Syntax),
                    }
                }
                0xDC00..=0xDFFF => Err(JsonError::Syntax),
                _ => Ok(()),
            },
            _ => Err(JsonError::Syntax),
        }
    }

    /// Passes `uXXXX` and returns the UTF-16 unit.
    fn unit(&mut self) -> Result<u16, JsonError> {
        self.take(b'u')?;
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .ok_or(JsonError::Syntax)?;
        if !digits.bytes().all(|one| one.is_ascii_hexdigit()) {
            return Err(JsonError::Syntax);
        }
        self.at += 4;
        u16::from_str_radix(digits, 16).map_err(|_| JsonError::Syntax)
    }

    fn word(&mut self, word: &str) -> Result<(), JsonError> {
        word.bytes().try_for_each(|letter| self.take(letter))
    }

    fn number(&mut self) -> Result<(), JsonError> {
        let _ = self.take(b'-');
        if self.take(b'0').is_err() {
            self.digits()?;
        }
        if self.take(b'.').is_ok() {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            Err(JsonError::Syntax)
        } else {
            Ok(())
        }
    }
}

/// How many bytes of a string come before its end, an escape or a forbidden control character.
fn plain_len(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut plain = 0;
    for word in words {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return plain + usize::try_from(special.trailing_zeros() / 8).unwrap_or_default();
        }
        plain += 8;
    }
    plain
        + rest
            .iter()
            .take_while(|byte| !matches!(byte, b'"' | b'\\' | ..0x20))
            .count()
}

/// Which of eight bytes is a quotation mark, a backslash or below 0x20, by its highest bit. Subtracting
/// makes such bytes borrow; a borrow runs upwards only, so the lowest hit is a true one. Bytes whose
/// highest bit was set before are none of these.
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let equal = |byte: u8| (word ^ (ONES * u64::from(byte))).wrapping_sub(ONES);
    (word.wrapping_sub(ONES * 0x20) | equal(b'"') | equal(b'\\')) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_seen_at_every_place_of_a_string() {
        for at in 0..40 {
            for byte in 0..=0x7F_u8 {
                let mut bytes = [b'x'; 40];
                bytes[at] = byte;
                let plain = !matches!(byte, b'"' | b'\\' | ..0x20);
                assert_eq!(
                    plain_len(&bytes),
                    if plain { 40 } else { at },
                    "{byte} at {at}"
                );
            }
        }
        assert_eq!(plain_len("ä€𐍈ÿ\u{7f}ääääääää\"".as_bytes()), 28);
    }
}
