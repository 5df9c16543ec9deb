//! A JSON value read into a type, with faults in our words ([`Fault`]) that name the member.
//!
//! 1. Each member that is entered adds its name to a fault on the way out.
//! 2. A type that is flattened into another reads its members late, when their names are forgotten:
//!    the culprit is then found by leaving members out ([`placed`]).

use std::slice;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};

use super::fault::Fault;

/// Members of the largest document whose culprit is looked for: each costs one more reading.
const MAX_SEARCHED: usize = 64;

/// How a text that stands where a number belongs is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    /// As a text: JSON knows numbers.
    Plain,
    /// As the number that it spells: a query knows texts alone.
    Spelled,
}

/// Reads a whole document.
///
/// # Errors
/// [`Fault`].
pub(super) fn typed<T: DeserializeOwned>(
    members: &Map<String, Value>,
    texts: Texts,
) -> Result<T, Fault> {
    T::deserialize(Members { members, texts }).map_err(|fault| placed::<T>(members, texts, fault))
}

/// Step 2: leaves out one member after the other, for good where that changes nothing. Without the
/// culprit the fault is gone, or another.
fn placed<T: DeserializeOwned>(members: &Map<String, Value>, texts: Texts, fault: Fault) -> Fault {
    if fault.is_placed() || members.len() > MAX_SEARCHED {
        return fault;
    }
    let mut rest = members.clone();
    for (name, value) in members {
        rest.remove(name);
        let members = &rest;
        match T::deserialize(Members { members, texts }) {
            Err(same) if same == fault => {}
            // Without it something is missing: it is needed, and says nothing of itself.
            Err(other) if other.is_placed() => {
                rest.insert(name.clone(), value.clone());
            }
            Ok(_) | Err(_) => return fault.within(name),
        }
    }
    fault
}

/// The whole document.
#[derive(Clone, Copy)]
struct Members<'de> {
    members: &'de Map<String, Value>,
    texts: Texts,
}

impl<'de> Deserializer<'de> for Members<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(Entries::of(self.members, self.texts))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// One value in it.
#[derive(Clone, Copy)]
struct One<'de> {
    value: &'de Value,
    texts: Texts,
}

impl<'de> One<'de> {
    /// A number, also where it is spelled.
    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let (Texts::Spelled, Value::String(text)) = (self.texts, self.value) else {
            return self.deserialize_any(visitor);
        };
        match text.parse::<i64>() {
            Ok(number) => match u64::try_from(number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(number),
            },
            Err(_) => Err(Fault::invalid_value(Unexpected::Str(text), &visitor)),
        }
    }
}

impl<'de> Deserializer<'de> for One<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, number) => visitor.visit_f64(number.unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items {
                left: items.iter(),
                at: 0,
                texts: self.texts,
            }),
            Value::Object(members) => visitor.visit_map(Entries::of(members, self.texts)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_none(),
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::String(text) => visitor.visit_enum(Name(text)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                let expected = variants.join(", ");
                Err(Fault::custom(format_args!("it is one of {expected}")))
            }
        }
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.number(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i128 u8 u16 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// The members of an object, one after the other.
struct Entries<'de> {
    left: map::Iter<'de>,
    entered: Option<(&'de str, &'de Value)>,
    texts: Texts,
}

impl<'de> Entries<'de> {
    fn of(members: &'de Map<String, Value>, texts: Texts) -> Self {
        Self {
            left: members.iter(),
            entered: None,
            texts,
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some((name, value)) = self.left.next() else {
            return Ok(None);
        };
        self.entered = Some((name, value));
        let name: StrDeserializer<'de, Fault> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let (name, value) = self.entered.take().unwrap_or(("", &Value::Null));
        let texts = self.texts;
        let read = seed.deserialize(One { value, texts });
        read.map_err(|fault| fault.within(name))
    }
}

/// The items of a list, one after the other.
struct Items<'de> {
    left: slice::Iter<'de, Value>,
    at: usize,
    texts: Texts,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some(value) = self.left.next() else {
            return Ok(None);
        };
        let (at, texts) = (self.at, self.texts);
        self.at += 1;
        let read = seed.deserialize(One { value, texts }).map(Some);
        read.map_err(|fault| fault.within(format!("[{at}]")))
    }
}

/// The name of one of several.
struct Name<'de>(&'de str);

impl<'de> EnumAccess<'de> for Name<'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let name: StrDeserializer<'de, Fault> = self.0.into_deserializer();
        seed.deserialize(name).map(|name| (name, self))
    }
}

impl<'de> VariantAccess<'de> for Name<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, Fault> {
        Err(Fault::custom("it needs more than a name"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Fault> {
        Err(Fault::custom("it needs more than a name"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Fault> {
        Err(Fault::custom("it needs more than a name"))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;
    use symbolon_identity::client::Settings;
    use symbolon_token::node::NodeId;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only reading it is tried")]
    struct Flat {
        needed: String,
        #[serde(default)]
        count: Option<u32>,
        #[serde(default)]
        ids: Vec<NodeId>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only reading it is tried")]
    struct Deep {
        needed: String,
        #[serde(flatten)]
        settings: Settings,
    }

    fn refusal<T: DeserializeOwned>(document: &Value) -> String {
        let members = document.as_object().unwrap();
        let read = typed::<T>(members, Texts::Plain);
        read.err()
            .map_or_else(String::new, |fault| fault.to_string())
    }

    #[test]
    fn a_fault_names_the_member_and_what_it_must_be() {
        for (document, told) in [
            (json!({}), "needed: it is missing"),
            (
                json!({"needed": 7}),
                "needed: it must be a text, and is a number",
            ),
            (
                json!({"needed": "x", "count": -1}),
                "count: it must be a whole number from 0 to 4294967295",
            ),
            (
                json!({"needed": "x", "ids": ["0A9as000001", "?"]}),
                "ids[1]: an id has eleven letters or digits",
            ),
            (
                json!({"needed": "x", "now": true}),
                "now: there is no such member here; there are needed, count, ids",
            ),
        ] {
            assert_eq!(refusal::<Flat>(&document), told);
        }
    }

    #[test]
    fn a_fault_in_what_is_flattened_names_its_member_too() {
        for (document, told) in [
            (
                json!({"needed": "x", "first_party": "yes", "scope": "a"}),
                "first_party: it must be true or false, and is a text",
            ),
            (
                json!({"needed": "x", "first_party": true, "redirect_uris": "x"}),
                "redirect_uris: it must be a list, and is a text",
            ),
            (
                json!({"needed": "x", "grant_types": ["password"]}),
                "grant_types: it is one of authorization_code, client_credentials, \
                 refresh_token, and not \"password\"",
            ),
            (
                json!({"needed": "x", "scope": "\""}),
                "scope: a scope is made of printable ASCII without quotes and backslashes",
            ),
            (json!({"scope": "a"}), "needed: it is missing"),
        ] {
            assert_eq!(refusal::<Deep>(&document), told);
        }
        let both = json!({"needed": "x", "first_party": 1, "require_pkce": 1});
        let told = refusal::<Deep>(&both);
        assert!(
            told.ends_with(": it must be true or false, and is a number"),
            "{told}"
        );
    }

    #[test]
    fn a_query_spells_its_numbers() {
        let members = json!({"needed": "x", "count": "7"});
        let read = typed::<Flat>(members.as_object().unwrap(), Texts::Spelled);
        assert_eq!(read.unwrap().count, Some(7));
        let members = json!({"needed": "x", "count": "many"});
        let read = typed::<Flat>(members.as_object().unwrap(), Texts::Spelled);
        let told = "count: it must be a whole number from 0 to 4294967295";
        assert_eq!(read.unwrap_err().to_string(), told);
    }
}
