//! Parameters and columns: the few types that both engines share.

use thiserror::Error;

/// One parameter or column.
///
/// Times are integers in milliseconds, booleans 0 or 1, ids their 63-bit number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// `BIGINT`.
    Integer(i64),
    /// `TEXT`.
    Text(String),
    /// `BLOB` in SQLite, `BYTEA` in PostgreSQL.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A column that is not there or not of the type that the reader expects: schema and code differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("column {column} of the row is not {expected}")]
pub struct ColumnError {
    /// Position in the select list, from 0.
    pub column: usize,
    /// What the reader asked for.
    pub expected: &'static str,
}

/// One row that was read, its columns in the order of the select list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Row {
    /// A row of these columns; made by the engines, and by tests.
    #[must_use]
    pub fn new(columns: Vec<Value>) -> Self {
        Self(columns)
    }

    fn column(&self, column: usize) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    /// A `BIGINT` that is never null.
    ///
    /// # Errors
    /// [`ColumnError`] when it is something else.
    pub fn integer(&self, column: usize) -> Result<i64, ColumnError> {
        self.optional_integer(column)?
            .ok_or(mismatch(column, "an integer"))
    }

    /// A `BIGINT` or null.
    ///
    /// # Errors
    /// [`ColumnError`] when it is something else.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, ColumnError> {
        match self.column(column) {
            Value::Null => Ok(None),
            Value::Integer(value) => Ok(Some(*value)),
            Value::Text(_) | Value::Bytes(_) => Err(mismatch(column, "an integer")),
        }
    }

    /// A `BIGINT` that holds 0 or 1.
    ///
    /// # Errors
    /// [`ColumnError`] when it is something else.
    pub fn flag(&self, column: usize) -> Result<bool, ColumnError> {
        Ok(self.integer(column)? != 0)
    }

    /// A `TEXT` that is never null.
    ///
    /// # Errors
    /// [`ColumnError`] when it is something else.
    pub fn text(&self, column: usize) -> Result<&str, ColumnError> {
        self.optional_text(column)?.ok_or(mismatch(column, "text"))
    }

    /// A `TEXT` or null.
    ///
    /// # Errors
    /// [`ColumnError`] when it is something else.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, ColumnError> {
        match self.column(column) {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            Value::Integer(_) | Value::Bytes(_) => Err(mismatch(column, "text")),
        }
    }

    /// A `BLOB` that is never null.
    ///
    /// # Errors
    /// [`ColumnError`] when it is something else.
    pub fn bytes(&self, column: usize) -> Result<&[u8], ColumnError> {
        self.optional_bytes(column)?
            .ok_or(mismatch(column, "bytes"))
    }

    /// A `BLOB` that is never null, taken out of the row without a copy.
    ///
    /// # Errors
    /// [`ColumnError`] when it is something else.
    pub fn into_bytes(self, column: usize) -> Result<Vec<u8>, ColumnError> {
        match self.0.into_iter().nth(column) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            Some(Value::Null | Value::Integer(_) | Value::Text(_)) | None => {
                Err(mismatch(column, "bytes"))
            }
        }
    }

    /// A `BLOB` or null.
    ///
    /// # Errors
    /// [`ColumnError`] when it is something else.
    pub fn optional_bytes(&self, column: usize) -> Result<Option<&[u8]>, ColumnError> {
        match self.column(column) {
            Value::Null => Ok(None),
            Value::Bytes(value) => Ok(Some(value)),
            Value::Integer(_) | Value::Text(_) => Err(mismatch(column, "bytes")),
        }
    }
}

fn mismatch(column: usize, expected: &'static str) -> ColumnError {
    ColumnError { column, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_another_type_is_an_error_that_names_it() {
        let row = Row::new(vec![7.into(), "seven".into(), Value::Null]);
        assert_eq!(row.integer(0), Ok(7));
        assert_eq!(row.text(1), Ok("seven"));
        assert_eq!(row.optional_bytes(2), Ok(None));
        assert_eq!(row.integer(1), Err(mismatch(1, "an integer")));
        assert_eq!(row.bytes(2), Err(mismatch(2, "bytes")));
        assert_eq!(row.text(9), Err(mismatch(9, "text")));
    }
}
