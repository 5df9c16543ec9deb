//! What was named on the command line, as the members of a document.

use std::path::Path;

use serde_json::{Value, json};

use crate::exit::{Fault, StartError};

/// The longest key set file, in bytes.
const MAX_JWKS: u64 = 32 * 1024;

/// What was named; one empty text takes away what is there.
pub(crate) fn list(mut values: Vec<String>) -> Option<Value> {
    let is_named = !values.is_empty();
    values.retain(|value| !value.is_empty());
    is_named.then(|| json!(values))
}

/// A key set from a file.
///
/// # Errors
/// [`Fault`] where it cannot be read, or is none.
pub(crate) fn key_set(path: &Path) -> Result<Value, Fault> {
    let wrong =
        |why: &str| Fault::Start(StartError::Sentence(format!("{}: {why}", path.display())));
    let size = std::fs::metadata(path).map_err(|error| StartError::file(path, error))?;
    if size.len() > MAX_JWKS {
        return Err(wrong("it is too long for a key set"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| StartError::file(path, error))?;
    let set: Value = serde_json::from_str(&text).map_err(|_| wrong("it is no JSON"))?;
    if set.get("keys").is_none() {
        return Err(wrong("it is no key set; {\"keys\": [...]} is expected"));
    }
    Ok(set)
}

/// What was named; an empty text takes away what is there (RFC 7396).
pub(crate) fn or_null(value: Option<String>) -> Option<Value> {
    let null_or = |text: String| {
        if text.is_empty() {
            Value::Null
        } else {
            text.into()
        }
    };
    value.map(null_or)
}
