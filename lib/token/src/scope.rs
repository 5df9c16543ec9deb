//! What a token allows: a set of scope tokens (RFC 6749 §3.3).

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// How many scope tokens one set may have: more is no design but an attack.
pub const MAX_TOKENS: usize = 64;

/// How long one scope token may be, in bytes.
pub const MAX_TOKEN_BYTES: usize = 128;

/// Why a text is no scope.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScopeError {
    /// A character outside of RFC 6749 §3.3.
    #[error("a scope is made of printable ASCII without quotes and backslashes")]
    Character,
    /// A scope token is too long.
    #[error("a scope has at most {MAX_TOKEN_BYTES} characters")]
    TooLong,
    /// The set is too large.
    #[error("at most {MAX_TOKENS} scopes can be asked for at once")]
    TooMany,
}

/// A set of scope tokens, in the order in which they were first named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<Box<str>>);

impl Scope {
    /// Reads a space-separated list; a repeated name counts once, an empty text is the empty set.
    ///
    /// # Errors
    /// [`ScopeError`], which says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let mut scope = Self::default();
        for token in text.split(' ').filter(|token| !token.is_empty()) {
            scope.add(token)?;
        }
        Ok(scope)
    }

    /// A set of these names.
    ///
    /// # Errors
    /// [`ScopeError`], which says what is wrong with one of them.
    pub fn from_tokens<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Result<Self, ScopeError> {
        let mut scope = Self::default();
        for token in tokens {
            scope.add(token)?;
        }
        Ok(scope)
    }

    fn add(&mut self, token: &str) -> Result<(), ScopeError> {
        let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if token.is_empty() || !token.bytes().all(allowed) {
            return Err(ScopeError::Character);
        }
        if token.len() > MAX_TOKEN_BYTES {
            return Err(ScopeError::TooLong);
        }
        if self.contains(token) {
            return Ok(());
        }
        if self.0.len() == MAX_TOKENS {
            return Err(ScopeError::TooMany);
        }
        self.0.push(token.into());
        Ok(())
    }

    /// Whether this name is in the set.
    #[must_use]
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|one| &**one == token)
    }

    /// Whether every name of the other set is in this one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.iter().all(|token| self.contains(token))
    }

    /// The names that are in both, in this set's order.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let both = self.0.iter().filter(|token| other.contains(token));
        Self(both.cloned().collect())
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|token| &**token)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, token) in self.0.iter().enumerate() {
            if at > 0 {
                out.write_str(" ")?;
            }
            out.write_str(token)?;
        }
        Ok(())
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Scope;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a space-separated list of scopes")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Scope, E> {
                Scope::parse(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn a_repeated_name_counts_once_and_order_is_kept() {
        assert_eq!(scope("b a  b c").to_string(), "b a c");
        assert!(scope("").is_empty());
    }

    #[test]
    fn sets_compare_by_whole_names() {
        assert!(scope("read write").covers(&scope("write")));
        assert!(!scope("read:all").covers(&scope("read")));
        assert_eq!(scope("a b c").and(&scope("c a x")), scope("a c"));
    }

    #[test]
    fn what_the_rfc_does_not_allow_is_refused() {
        for text in ["a\"b", "a\\b", "ä", "a\tb", "a\nb"] {
            assert_eq!(Scope::parse(text), Err(ScopeError::Character), "{text:?}");
        }
        let long = "x".repeat(MAX_TOKEN_BYTES + 1);
        assert_eq!(Scope::parse(&long), Err(ScopeError::TooLong));
        let many: Vec<_> = (0..=MAX_TOKENS).map(|at| format!("s{at}")).collect();
        assert_eq!(Scope::parse(&many.join(" ")), Err(ScopeError::TooMany));
    }

    #[test]
    fn json_holds_it_as_one_text() {
        let read = serde_json::from_str::<Scope>;
        assert_eq!(read(r#""re\u0061d write""#).unwrap(), scope("read write"));
        assert_eq!(read(r#""""#).unwrap(), scope(""));
        for no_scope in ["1", "null", r#"["read"]"#, r#""ä""#] {
            assert!(read(no_scope).is_err(), "{no_scope}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in "[a-z:. ]{0,60}") {
            let scope = scope(&text);
            prop_assert_eq!(Scope::parse(&scope.to_string()), Ok(scope));
        }
    }
}
