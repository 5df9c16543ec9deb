//! What no document may have, wherever it stands: a member named twice, so that two readers could be
//! told two stories, and U+0000, which no database takes.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Any JSON without these; nothing of it is kept.
pub(super) struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Strict;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Strict, E> {
        if text.contains('\0') {
            return Err(E::custom("a text holds U+0000, which cannot be kept"));
        }
        Ok(Strict)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Strict, A::Error> {
        while all.next_element::<Strict>()?.is_some() {}
        Ok(Strict)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            Walk.visit_str(&name)?;
            members.next_value::<Strict>()?;
            if let Some(name) = names.replace(name) {
                let twice = format!("the member {name:?} stands there twice");
                return Err(A::Error::custom(twice));
            }
        }
        Ok(Strict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<String> {
        serde_json::from_str::<Strict>(text)
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn any_json_passes() {
        for text in [
            "null",
            "true",
            "-1",
            "1.5e300",
            "\"x\"",
            "[1,[2]]",
            "{\"a\":{\"b\":[{}]},\"b\":1}",
        ] {
            assert_eq!(refusal(text), None, "{text}");
        }
    }

    #[test]
    fn a_member_named_twice_is_refused_at_any_depth() {
        for text in ["{\"a\":1,\"a\":1}", "[{\"x\":{\"a\":1,\"\\u0061\":2}}]"] {
            let refusal = refusal(text).unwrap();
            assert!(refusal.contains("\"a\" stands there twice"), "{refusal}");
        }
    }

    #[test]
    fn u_0000_is_refused_in_texts_and_names() {
        for text in ["\"\\u0000\"", "{\"a\\u0000\":1}", "[\"x\\u0000y\"]"] {
            assert!(refusal(text).unwrap().contains("U+0000"), "{text}");
        }
        assert_eq!(refusal("\"\\\\u0000\""), None);
    }
}
