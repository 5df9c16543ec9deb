//! Strict JSON, read in place: who reads a member twice could be told two stories.
//!
//! RFC 7515 §4 and RFC 7519 §4 let a parser keep the last of duplicate members or refuse them; two
//! parsers that choose differently can be played against each other, so duplicates are refused here,
//! at every depth, compared after unescaping. The reader also bounds depth, refuses lone surrogates
//! (RFC 7493 §2.1), and allocates only for escaped or very many names.
//!
//! What it reports are the members of the outermost object, with the raw text of their values; typed
//! decoding is left to serde, which sees only text that passed here.

use std::borrow::Cow;
use std::collections::BTreeSet;

use thiserror::Error;

/// How deep values may nest: claims such as `authorization_details` need four or five levels.
pub const MAX_DEPTH: usize = 32;

/// Names per object compared without allocating; a typical token has a dozen claims.
const FEW_NAMES: usize = 16;

/// Why text is no acceptable JSON object. The fault is its author's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8 (RFC 8259 §8.1).
    #[error("not UTF-8")]
    NotUtf8,
    /// Against the grammar of RFC 8259, or followed by more than white space.
    #[error("not well-formed JSON")]
    Syntax,
    /// Well-formed so far, but the outermost value is no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// An object names a member twice.
    #[error("a member is named twice")]
    Duplicate,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
}

/// Calls `each(name, raw value)` for every member of the object that `text` holds.
pub(crate) fn members<'a, E: From<JsonError>>(
    text: &'a str,
    mut each: impl FnMut(&str, &'a str) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = Reader { text, at: 0 };
    reader.space();
    if reader.peek() != Some(b'{') {
        return Err(JsonError::NotAnObject.into());
    }
    reader.object(1, &mut each)?;
    reader.end()?;
    Ok(())
}

/// The string that `raw` spells, if it is one.
pub(crate) fn string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// Calls `each(raw value)` for every element of the array that `raw` is.
pub(crate) fn elements<'a>(raw: &'a str, mut each: impl FnMut(&'a str)) -> Result<(), JsonError> {
    let mut reader = Reader { text: raw, at: 0 };
    reader.elements(&mut |reader| {
        let start = reader.at;
        reader.value(2)?;
        each(reader.since(start));
        Ok::<(), JsonError>(())
    })
}

/// Whether `test` holds for any string of the array `raw`; `None` if it is no array of strings.
pub(crate) fn any_string(raw: &str, mut test: impl FnMut(&str) -> bool) -> Option<bool> {
    let (mut found, mut strings) = (false, true);
    elements(raw, |element| match string(element) {
        Some(element) => found |= test(&element),
        None => strings = false,
    })
    .ok()?;
    strings.then_some(found)
}

/// The names of one object, so far. Few names are kept on the stack, each with a mark that nearly
/// always tells it apart without looking at its text.
struct Names<'a> {
    marks: [u32; FEW_NAMES],
    few: [&'a str; FEW_NAMES],
    len: usize,
    more: BTreeSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    fn new() -> Self {
        Self {
            marks: [0; FEW_NAMES],
            few: [""; FEW_NAMES],
            len: 0,
            more: BTreeSet::new(),
        }
    }

    fn insert(&mut self, name: Cow<'a, str>) -> Result<(), JsonError> {
        let mark = mark(&name);
        let known = self.marks.iter().zip(&self.few).take(self.len);
        let twice = known
            .filter(|known| *known.0 == mark)
            .any(|known| **known.1 == *name);
        if twice || (!self.more.is_empty() && self.more.contains(&name)) {
            return Err(JsonError::Duplicate);
        }
        let free = (self.marks.get_mut(self.len), self.few.get_mut(self.len));
        if let (Cow::Borrowed(name), (Some(free_mark), Some(free))) = (&name, free) {
            (*free_mark, *free) = (mark, name);
            self.len += 1;
        } else {
            self.more.insert(name);
        }
        Ok(())
    }
}

/// A name's length, first, middle and last byte.
fn mark(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let (first, last) = (bytes.first().copied(), bytes.last().copied());
    let middle = bytes.get(bytes.len() / 2).copied();
    let [length, ..] = bytes.len().to_le_bytes();
    let [first, middle, last] = [first, middle, last].map(Option::unwrap_or_default);
    u32::from_le_bytes([length, first, middle, last])
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
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

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn end(&mut self) -> Result<(), JsonError> {
        self.space();
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(JsonError::Syntax)
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), JsonError> {
        match self.peek() {
            Some(b'{') => self.object(depth, &mut |_, _| Ok(())),
            Some(b'[') if depth > MAX_DEPTH => Err(JsonError::TooDeep),
            Some(b'[') => self.elements(&mut |reader| reader.value(depth + 1)),
            Some(b'"') => self.string().map(|_| ()),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => self.number(),
        }
    }

    fn object<E: From<JsonError>>(
        &mut self,
        depth: usize,
        each: &mut impl FnMut(&str, &'a str) -> Result<(), E>,
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
            let start = self.at;
            self.value(depth + 1)?;
            each(&name, self.since(start))?;
            names.insert(name)?;
            self.space();
            if self.take(b'}').is_ok() {
                return Ok(());
            }
            self.take(b',')?;
            self.space();
        }
    }

    fn elements<E: From<JsonError>>(
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
            self.at += plain_len(rest);
            match self.peek() {
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
        match first_special(u64::from_le_bytes(*word)) {
            8 => plain += 8,
            at => return plain + at,
        }
    }
    plain
        + rest
            .iter()
            .take_while(|byte| !matches!(byte, b'"' | b'\\' | ..0x20))
            .count()
}

/// Which of eight bytes is the first that is a quotation mark, a backslash or below 0x20; 8 if none.
/// Subtracting makes such bytes borrow; a borrow runs upwards only, so the lowest hit is a true one.
fn first_special(word: u64) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let special = below(word, 0x20) | equal(b'"') | equal(b'\\');
    usize::try_from(special.trailing_zeros() / 8).unwrap_or(8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, JsonError> {
        let mut found = Vec::new();
        members(text, |name, raw| {
            found.push((name.to_owned(), raw.to_owned()));
            Ok::<_, JsonError>(())
        })?;
        Ok(found)
    }

    #[test]
    fn members_come_in_order_with_their_raw_text() {
        let found = read(r#" { "a" : 1 , "b\u0063":[ "x", {"y":null} ]}"#).unwrap();
        let wanted = [("a", "1"), ("bc", r#"[ "x", {"y":null} ]"#)];
        assert_eq!(
            found,
            wanted.map(|(name, raw)| (name.to_owned(), raw.to_owned()))
        );
    }

    #[test]
    fn duplicates_are_refused_at_every_depth_and_in_every_spelling() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"\u0061":1,"a":2}"#,
            r#"{"x":{"a":1,"b":2,"a":1}}"#,
            r#"{"x":[[{"a":1,"a":1}]]}"#,
        ] {
            assert_eq!(read(text), Err(JsonError::Duplicate), "{text}");
        }
        let many: Vec<_> = (0..100).map(|n| format!("\"n{n}\":0")).collect();
        assert_eq!(read(&format!("{{{}}}", many.join(","))).unwrap().len(), 100);
        let twice = format!("{{{},\"n70\":1}}", many.join(","));
        assert_eq!(read(&twice), Err(JsonError::Duplicate));
    }

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

    #[test]
    fn depth_is_bounded() {
        let nested = |levels: usize| {
            format!(
                "{{\"a\":{}{}}}",
                "[".repeat(levels - 1),
                "]".repeat(levels - 1)
            )
        };
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)), Err(JsonError::TooDeep));
        assert_eq!(read(&nested(100_000)), Err(JsonError::TooDeep));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", " ", "[]", "1", "\"a\"", "null"] {
            assert_eq!(read(text), Err(JsonError::NotAnObject), "{text}");
        }
        for text in [
            "{",
            "{}x",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":01}",
            "{\"a\":\"\\ud800\"}",
        ] {
            assert_eq!(read(text), Err(JsonError::Syntax), "{text}");
        }
    }

    #[test]
    fn an_array_of_strings_is_searched_whole() {
        assert_eq!(any_string(r#"["a","b"]"#, |one| one == "b"), Some(true));
        assert_eq!(
            any_string(r#"["a", "\u0062"]"#, |one| one == "b"),
            Some(true)
        );
        assert_eq!(any_string("[]", |_| true), Some(false));
        assert_eq!(any_string(r#"["b",1]"#, |one| one == "b"), None);
        assert_eq!(any_string(r#""b""#, |one| one == "b"), None);
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".*", inner), 0..6)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_reads(value in json()) {
            let text = serde_json::json!({ "v": value }).to_string();
            let found = read(&text).unwrap();
            let whole = serde_json::from_str::<Value>(&text).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Value>(&found[0].1).unwrap(), &whole["v"]);
        }

        #[test]
        fn it_accepts_nothing_that_serde_refuses(text in r#"\{"a":[-0-9.eE+\[\]{}",:tfnu\\ ]{0,12}\}"#) {
            if read(&text).is_ok() {
                let read = serde_json::from_str::<Value>(&text);
                let range = read.as_ref().err().is_some_and(|e| e.to_string().contains("range"));
                prop_assert!(read.is_ok() || range, "{}", text);
            }
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".*") {
            let _ = read(&text);
        }
    }
}
