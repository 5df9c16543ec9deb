//! Merging a patch into what is there (RFC 7396).

use serde::Serialize;
use serde_json::{Map, Value};

use super::read::{Document, parse};
use crate::problem::Problem;

/// What is there, with the members that the patch names; null takes one away.
///
/// # Errors
/// 400 where the result cannot be read.
pub(crate) fn merged<T: Document>(
    before: &impl Serialize,
    patch: Map<String, Value>,
) -> Result<T, Problem> {
    let mut whole = serde_json::to_value(before).map_err(Problem::internal)?;
    merge(&mut whole, Value::Object(patch));
    parse(whole.to_string().as_bytes())
}

fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_examples_of_rfc_7396_hold() {
        let examples = [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d"}}),
            ),
            (json!({"a":"foo"}), json!(null), json!(null)),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (
                json!({}),
                json!({"a":{"bb":{"ccc":null}}}),
                json!({"a":{"bb":{}}}),
            ),
        ];
        for (mut target, patch, result) in examples {
            merge(&mut target, patch);
            assert_eq!(target, result);
        }
    }
}
