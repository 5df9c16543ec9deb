//! Values into statements, and rows out of them.
//!
//! To SQLite `$1` is a name, numbered by its first appearance, not a position. So each slot of a
//! statement is asked for its name and filled with the value of that number, whatever the order in
//! which they appear.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement};

use crate::value::{Row, Value};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

/// Fills the statement's slots.
///
/// # Errors
/// Where a slot has no number, or numbers and values differ: PostgreSQL would refuse that too.
fn bind(statement: &mut Statement<'_>, params: &[Value]) -> rusqlite::Result<()> {
    let mut highest = 0;
    for slot in 1..=statement.parameter_count() {
        let number: usize = statement
            .parameter_name(slot)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| rusqlite::Error::InvalidParameterName(format!("slot {slot}")))?;
        let value = number
            .checked_sub(1)
            .and_then(|index| params.get(index))
            .ok_or(rusqlite::Error::InvalidParameterCount(params.len(), number))?;
        statement.raw_bind_parameter(slot, value)?;
        highest = highest.max(number);
    }
    if highest == params.len() {
        Ok(())
    } else {
        Err(rusqlite::Error::InvalidParameterCount(
            params.len(),
            highest,
        ))
    }
}

/// Runs a statement that returns nothing; answers how many rows it changed.
pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    params: &[Value],
) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    statement.raw_execute()
}

/// Reads at most `limit` rows.
pub(super) fn read(
    connection: &Connection,
    sql: &str,
    params: &[Value],
    limit: usize,
) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut out = Vec::new();
    while out.len() < limit
        && let Some(row) = rows.next()?
    {
        let values = (0..columns).map(|column| value(column, row.get_ref(column)?));
        out.push(Row::new(values.collect::<rusqlite::Result<_>>()?));
    }
    Ok(out)
}

fn value(column: usize, found: ValueRef<'_>) -> rusqlite::Result<Value> {
    match found {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(value) => Ok(Value::Integer(value)),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes)
            .map(|text| Value::Text(text.to_owned()))
            .map_err(|error| rusqlite::Error::Utf8Error(column, error)),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
        ValueRef::Real(_) => Err(rusqlite::Error::InvalidColumnType(
            column,
            String::new(),
            rusqlite::types::Type::Real,
        )),
    }
}
