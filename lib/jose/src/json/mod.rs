//! Strict JSON, read in place: who reads a member twice could be told two stories.
//!
//! RFC 7515 §4 and RFC 7519 §4 let a parser keep the last of duplicate members or refuse them; two
//! parsers that choose differently can be played against each other, so duplicates are refused here,
//! at every depth, compared after unescaping. The reader also bounds depth, refuses lone surrogates
//! (RFC 7493 §2.1), and allocates only for escaped or very many names.
//!
//! What it reports are the members of the outermost object, with the raw text of their values; typed
//! decoding is left to serde, which sees only text that passed here.

mod kept;
mod name;
mod reader;

use std::borrow::Cow;

use thiserror::Error;

pub(crate) use self::kept::Kept;
use self::reader::Reader;

/// How deep values may nest: claims such as `authorization_details` need four or five levels.
pub const MAX_DEPTH: usize = 32;

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

/// A value as it stands in the text, which the strict reader has passed.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'a> {
    pub(crate) text: &'a str,
    /// A string without an escape.
    plain: bool,
}

impl<'a> Raw<'a> {
    /// No value.
    const NONE: Self = Self {
        text: "",
        plain: false,
    };

    /// What stands between the quotation marks of a string without an escape.
    pub(crate) fn plain(self) -> Option<&'a str> {
        let inner = self.text.get(1..self.text.len().saturating_sub(1));
        inner.filter(|_| self.plain)
    }

    /// The string that it spells, if it is one.
    pub(crate) fn string(self) -> Option<Cow<'a, str>> {
        match self.plain() {
            Some(inner) => Some(Cow::Borrowed(inner)),
            None => string(self.text),
        }
    }
}

/// Calls `each(name, raw value)` for every member of the object that `text` holds.
pub(crate) fn members<'a, E: From<JsonError>>(
    text: &'a str,
    mut each: impl FnMut(&str, &'a str) -> Result<(), E>,
) -> Result<(), E> {
    entries(text, |name, _, raw| each(name, raw.text))
}

/// The same by `each(name, name in the text, raw value)`; escaped names do not stand in the text.
pub(crate) fn entries<'a, E: From<JsonError>>(
    text: &'a str,
    mut each: impl FnMut(&str, Option<&'a str>, Raw<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let mut each = |name: &Cow<'a, str>, raw| match name {
        Cow::Borrowed(text) => each(text, Some(text), raw),
        Cow::Owned(name) => each(name, None, raw),
    };
    let mut reader = Reader::new(text);
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
    let mut reader = Reader::new(raw);
    reader.elements(&mut |reader| {
        each(reader.value(2)?.text);
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
    fn surrogates_come_in_pairs() {
        for text in [r"\ud83d\ude00", r"\u00e4", r"\ud7ff\ue000"] {
            assert!(read(&format!("{{\"a\":\"{text}\"}}")).is_ok(), "{text}");
        }
        for text in [
            r"\ud83d",
            r"\ude00",
            r"\ud83dx",
            r"\ud83d\u0041",
            r"\ude00\ud83d",
            r"\ud83d\n",
        ] {
            assert_eq!(
                read(&format!("{{\"a\":\"{text}\"}}")),
                Err(JsonError::Syntax),
                "{text}"
            );
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
