//! Values into statements, and rows out of them.
//!
//! PostgreSQL infers a parameter's type from its surroundings, and would take `$1` in
//! `COALESCE($1, 0)` for 32 bits. So each statement is prepared with the types of its values; only
//! a null leaves its type to inference.

use std::error::Error;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::numeric;
use crate::error::Unavailable;
use crate::value::{Row, Value};

/// The type that a value has on the wire.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
    }
}

fn types_of(values: &[Value]) -> Vec<Type> {
    values.iter().map(type_of).collect()
}

/// What to prepare a statement with, for these values: first with nothing said of nulls; then, where
/// the server cannot tell (`$1 IS NULL OR id = $1`), with each type that they may be meant for.
pub(super) fn candidates(values: &[Value]) -> impl Iterator<Item = Vec<Type>> {
    let types = types_of(values);
    let has_null = types.contains(&Type::UNKNOWN);
    let guess = move |meant: Type| {
        let choose = |kind: &Type| if *kind == Type::UNKNOWN { &meant } else { kind }.clone();
        types.iter().map(choose).collect()
    };
    let meant = [Type::UNKNOWN, Type::INT8, Type::TEXT, Type::BYTEA];
    meant
        .into_iter()
        .take(if has_null { 4 } else { 1 })
        .map(guess)
}

/// Whether a statement prepared with these types takes these values.
pub(super) fn fits(types: &[Type], values: &[Value]) -> bool {
    let fit = |(kind, value): (&Type, &Value)| *value == Value::Null || *kind == type_of(value);
    types.len() == values.len() && types.iter().zip(values).all(fit)
}

/// What is said where the numbers of parameters and values differ.
pub(super) fn unfit(parameters: usize, values: usize) -> Unavailable {
    Unavailable::because(format!("{parameters} parameters, {values} values"))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(value) => value.to_sql(kind, out),
            Self::Text(value) => value.to_sql(kind, out),
            Self::Bytes(value) => value.to_sql(kind, out),
        }
    }

    /// `fits` has seen to it.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Self::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::from(i32::from_sql(kind, raw)?),
            Type::INT2 => Self::Integer(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => Self::from(bool::from_sql(kind, raw)?),
            Type::NUMERIC => Self::Integer(numeric::whole(raw).ok_or("not a whole number")?),
            Type::BYTEA => Self::from(raw),
            _ => Self::from(<&str>::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        const KNOWN: [Type; 6] = [
            Type::INT8,
            Type::INT4,
            Type::INT2,
            Type::BOOL,
            Type::NUMERIC,
            Type::BYTEA,
        ];
        KNOWN.contains(kind) || <&str as FromSql>::accepts(kind)
    }
}

/// One of the server's rows as one of ours.
pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, Unavailable> {
    let columns = (0..row.len()).map(|column| row.try_get::<_, Value>(column));
    columns
        .collect::<Result<_, _>>()
        .map(Row::new)
        .map_err(|error| Unavailable::because(super::fault::reason(&error)))
}
