//! One entry as one line: when, what was done to which noun, what that means, by whom, and the rest by
//! name.

use std::fmt::Write;

use serde_json::Value;

use super::meaning::meaning;
use crate::output::{text, time};

/// Members that stand in the line's head or say nothing to people.
const HEAD: [&str; 7] = [
    "sequence", "at", "in_realm", "verb", "noun", "outcome", "actor",
];

/// The line.
pub(in crate::command) fn sentence(record: &Value) -> String {
    let said = |member| record.get(member).map(text).unwrap_or_default();
    let at = record.get("at").and_then(Value::as_i64).map(time);
    let mut line = format!(
        "{:>6}  {}  {} {}",
        said("sequence"),
        at.unwrap_or_default(),
        said("verb"),
        said("noun"),
    );
    if said("outcome") == "refused" {
        line.push_str(" REFUSED");
    }
    if let Some(meaning) = meaning(record) {
        let _infallible = write!(line, " ({meaning})");
    }
    let _infallible = write!(line, "  by {}", said("actor"));
    for (name, value) in record.as_object().into_iter().flatten() {
        if HEAD.contains(&name.as_str()) {
            continue;
        }
        let shown = match value.as_i64() {
            Some(millis) if name.ends_with("_at") => time(millis),
            Some(_) | None => text(value),
        };
        let _infallible = write!(line, "  {name}={shown}");
    }
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_one_line() {
        let record = json!({ "sequence": 7, "at": 0, "in_realm": "x", "verb": "issue",
            "noun": "access", "outcome": "refused", "actor": "operator",
            "client": "abc", "reason": "invalid_scope" });
        assert_eq!(
            sentence(&record),
            "     7  1970-01-01 00:00:00Z  issue access REFUSED  by operator  client=abc  \
             reason=invalid_scope"
        );
    }

    #[test]
    fn a_sign_in_is_called_one() {
        let record = json!({ "sequence": 8, "at": 0, "in_realm": "x", "verb": "issue",
            "noun": "session", "outcome": "done", "actor": "subject abc", "session": "def" });
        assert_eq!(
            sentence(&record),
            "     8  1970-01-01 00:00:00Z  issue session (signed in)  by subject abc  session=def"
        );
    }
}
