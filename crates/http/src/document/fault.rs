//! What is wrong with a document, in our words: which member, and what was expected there.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// One member that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The way to it, the innermost first: names, and places in lists such as `[3]`.
    path: Vec<String>,
    /// What it must be, or what else is wrong; goes on after the member's name.
    what: String,
}

impl Fault {
    /// The same fault, seen from the member that holds it.
    pub(super) fn within(mut self, place: impl Into<String>) -> Self {
        self.path.push(place.into());
        self
    }

    /// Whether it is known which member is at fault.
    pub(super) fn is_placed(&self) -> bool {
        !self.path.is_empty()
    }
}

/// `redirect_uris[1]: it must be a text, and is a number`
impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, place) in self.path.iter().rev().enumerate() {
            let dot = if at == 0 || place.starts_with('[') {
                ""
            } else {
                "."
            };
            write!(out, "{dot}{place}")?;
        }
        let colon = if self.path.is_empty() { "" } else { ": " };
        write!(out, "{colon}{}", self.what)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self {
            path: Vec::new(),
            what: what.to_string(),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = kind(found);
        let expected = in_words(expected);
        Self::custom(format_args!("it must be {expected}, and is {found}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = in_words(expected);
        Self::custom(format_args!("it must be {expected}"))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        let expected = in_words(expected);
        Self::custom(format_args!("it must be {expected}"))
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        let expected = expected.join(", ");
        Self::custom(format_args!("it is one of {expected}, and not {found:?}"))
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        let expected = expected.join(", ");
        Self::custom(format_args!(
            "there is no such member here; there are {expected}"
        ))
        .within(found)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom("it is missing").within(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::custom("it stands there twice").within(field)
    }
}

/// What stands there.
fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) => "a text",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map => "an object",
        Unexpected::Bytes(_)
        | Unexpected::NewtypeStruct
        | Unexpected::Enum
        | Unexpected::UnitVariant
        | Unexpected::NewtypeVariant
        | Unexpected::TupleVariant
        | Unexpected::StructVariant
        | Unexpected::Other(_) => "something else",
    }
}

/// What a reader expected, for people. What our own readers say stays as it is.
fn in_words(expected: &dyn Expected) -> Cow<'static, str> {
    let own = expected.to_string();
    Cow::Borrowed(match &*own {
        "a boolean" => "true or false",
        "a string" | "a borrowed string" | "string or map" => "a text",
        "i64" => "a whole number",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number from 0 on",
        "f64" => "a number",
        "a sequence" => "a list",
        "a map" => "an object",
        name if name.starts_with("struct ") => "an object",
        _ => return Cow::Owned(own),
    })
}
