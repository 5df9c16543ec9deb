//! Hand an object that was read already to serde, without looking for its strings again.
//!
//! Members are kept by name and raw value while the strict reader passes them. Strings without an
//! escape, most of what claims hold, are lent as they stand; all other values go through serde's own
//! reader, one by one. An object of many members or of escaped names goes through it whole.

use serde::Deserializer;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, Visitor};
use serde_json::{Deserializer as Reader, Error};

use super::Raw;

/// Members kept: a typical token has a dozen claims.
const MOST: usize = 16;

/// The members of an object, so far.
pub(crate) struct Kept<'a> {
    text: &'a str,
    members: [(&'a str, Raw<'a>); MOST],
    len: usize,
    whole: bool,
}

impl<'a> Kept<'a> {
    /// Of the object that `text` holds; nothing is kept yet.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            members: [("", Raw::NONE); MOST],
            len: 0,
            whole: true,
        }
    }

    /// Keeps a member by its name as it stands in the text, where that is the name.
    pub(crate) fn keep(&mut self, name: Option<&'a str>, raw: Raw<'a>) {
        match (name, self.members.get_mut(self.len)) {
            (Some(name), Some(free)) => {
                *free = (name, raw);
                self.len += 1;
            }
            (None, _) | (_, None) => self.whole = false,
        }
    }

    /// The object in the caller's type.
    pub(crate) fn decode<C: DeserializeOwned>(&self) -> Result<C, Error> {
        match self.members.get(..self.len) {
            Some(members) if self.whole => C::deserialize(Object {
                text: self.text,
                members,
            }),
            Some(_) | None => serde_json::from_str(self.text),
        }
    }
}

/// Methods of a `Deserializer` that leave the text to serde's own reader.
macro_rules! to_reader {
    ($($method:ident($($name:ident: $kind:ty),*);)*) => {
        $(fn $method<V: Visitor<'de>>(
            self,
            $($name: $kind,)*
            visitor: V,
        ) -> Result<V::Value, Error> {
            Reader::from_str(self.text).$method($($name,)* visitor)
        })*
    };
}

struct Object<'m, 'de> {
    text: &'de str,
    members: &'m [(&'de str, Raw<'de>)],
}

impl<'de> Object<'_, 'de> {
    fn visit<V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Error> {
        let mut entries = Entries {
            members: self.members.iter(),
            value: Raw::NONE,
        };
        let value = visitor.visit_map(&mut entries)?;
        if entries.members.as_slice().is_empty() {
            Ok(value)
        } else {
            Err(Error::custom("members were left unread"))
        }
    }
}

impl<'de> Deserializer<'de> for Object<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit(visitor)
    }

    to_reader! {
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }
}

struct Entries<'m, 'de> {
    members: std::slice::Iter<'m, (&'de str, Raw<'de>)>,
    value: Raw<'de>,
}

impl<'de> MapAccess<'de> for &mut Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.members.next() else {
            return Ok(None);
        };
        self.value = *value;
        seed.deserialize(BorrowedStrDeserializer::new(name))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(Value {
            plain: self.value.plain(),
            text: self.value.text,
        })
    }
}

/// One value, by its raw text.
struct Value<'de> {
    text: &'de str,
    plain: Option<&'de str>,
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.plain {
            Some(text) => visitor.visit_borrowed_str(text),
            None => Reader::from_str(self.text).deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.plain {
            Some(text) => visitor.visit_borrowed_str(text),
            None => Reader::from_str(self.text).deserialize_str(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.text == "null" {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    to_reader! {
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::json::{JsonError, entries};

    /// Fields of every kind, each of which may be absent.
    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Fields {
        text: String,
        some: Option<String>,
        number: i64,
        small: Option<u8>,
        float: f64,
        flag: Option<bool>,
        list: Vec<String>,
        either: Either,
        unit: Option<Kind>,
        nested: BTreeMap<String, Json>,
        named: Named,
        #[serde(flatten)]
        rest: BTreeMap<String, Json>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Named(String);

    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        One,
        Two(i64),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Either {
        One(String),
        Many(Vec<String>),
    }

    impl Default for Either {
        fn default() -> Self {
            Self::One(String::new())
        }
    }

    /// Whether both ways say the same, or both refuse.
    fn agree<C: DeserializeOwned + PartialEq + Debug>(text: &str) {
        let mut kept = Kept::new(text);
        entries(text, |_, name, raw| {
            kept.keep(name, raw);
            Ok::<_, JsonError>(())
        })
        .unwrap();
        let (ours, serdes) = (
            kept.decode::<C>().ok(),
            serde_json::from_str::<C>(text).ok(),
        );
        assert_eq!(ours, serdes, "{text}");
    }

    fn agree_on_all(text: &str) {
        agree::<Json>(text);
        agree::<Fields>(text);
        agree::<BTreeMap<String, Json>>(text);
        agree::<BTreeMap<String, String>>(text);
        agree::<Option<Json>>(text);
        agree::<Vec<Json>>(text);
        agree::<Named>(text);
        agree::<Kind>(text);
        agree::<()>(text);
    }

    #[test]
    fn every_kind_of_value_is_read_as_serde_reads_it() {
        let all = json!({
            "text": "plain", "some": "ä\n", "number": -3, "small": 255, "float": 1.5, "flag": true,
            "list": ["a", "b\"c"], "either": ["x"], "unit": "One", "nested": { "a": [1, null] },
            "named": "n", "more": { "b": 1 }, "null": null,
        });
        agree_on_all(&all.to_string());
        for (name, values) in [
            ("text", json!([1, null, [], {}, "", "\u{0}", "\\"])),
            ("some", json!([null, 1, "", "null"])),
            (
                "number",
                json!(["1", 1.0, 1e3, -0.0, u64::MAX, i64::MIN, null]),
            ),
            ("small", json!([256, -1, null, "1"])),
            ("float", json!([1, -1, 1e308, "1", null])),
            ("flag", json!([null, "true", 1])),
            ("list", json!([[], "a", [1], null])),
            ("either", json!(["a", [], [1], null, {}])),
            ("unit", json!(["One", "Two", { "Two": 1 }, "Three", null])),
            ("nested", json!([{}, [], "a", null])),
            ("named", json!(["", 1, ["a"], null])),
        ] {
            for value in values.as_array().unwrap() {
                agree_on_all(&json!({ name: value }).to_string());
            }
        }
    }

    #[test]
    fn many_members_and_escaped_names_are_read_as_serde_reads_them() {
        for count in [0, 1, MOST - 1, MOST, MOST + 1, 100] {
            let members: BTreeMap<_, _> = (0..count).map(|n| (format!("n{n}"), n)).collect();
            agree_on_all(&json!(members).to_string());
        }
        agree_on_all(r#"{"te\u0078t":"a","number":1}"#);
        agree_on_all(r#" { "text" : "a" , "number" : 1 } "#);
        agree::<Kind>(r#"{"Two":1}"#);
    }

    #[test]
    fn a_reader_that_stops_early_is_refused_as_serde_refuses_it() {
        #[derive(Debug, PartialEq)]
        struct Nothing;

        impl<'de> Deserialize<'de> for Nothing {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Idle;

                impl<'de> Visitor<'de> for Idle {
                    type Value = Nothing;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Nothing, A::Error> {
                        Ok(Nothing)
                    }
                }

                deserializer.deserialize_map(Idle)
            }
        }

        agree::<Nothing>(r#"{"a":1}"#);
        agree::<Nothing>("{}");
    }

    proptest! {
        #[test]
        fn objects_of_chance_are_read_as_serde_reads_them(
            members in prop::collection::btree_map(".{0,6}", ".{0,12}", 0..30),
            name in "(text|some|either|number|unit)",
        ) {
            let mut object = json!(members);
            object[name] = json!(members.values().next());
            agree_on_all(&object.to_string());
        }
    }
}
