//! The rows that tell a right root key from a wrong one.

use symbolon_store::{ColumnError, Row, Step};

use super::RootKeyId;

/// Tables of this noun.
pub const SCHEMA: &str = include_str!("schema.sql");

/// Reads all rows; at most as many as there ever were root keys.
pub const SELECT: &str = "SELECT id, mac FROM root_key ORDER BY id";

const INSERT: &str = "INSERT INTO root_key (id, mac) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";

const DELETE: &str = "DELETE FROM root_key WHERE id = $1";

/// A root key that the database was written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootKeyRow {
    /// Its id in the ring.
    pub id: RootKeyId,
    /// HMAC-SHA-256 over a constant.
    pub mac: Vec<u8>,
}

/// Reads a row of [`SELECT`].
///
/// # Errors
/// [`ColumnError`] where schema and code differ.
pub fn read(row: &Row) -> Result<RootKeyRow, ColumnError> {
    let id = u32::try_from(row.integer(0)?).map_err(|_| ColumnError {
        column: 0,
        expected: "the id of a root key",
    })?;
    Ok(RootKeyRow {
        id: RootKeyId(id),
        mac: row.bytes(1)?.to_vec(),
    })
}

/// Remembers a root key. Exactly one row, so that of two nodes that start at once with different
/// keys of the same id, the later one loads again and finds itself wrong.
pub(super) fn insert(id: RootKeyId, mac: &[u8]) -> Step {
    Step::one(INSERT, vec![id.0.into(), mac.into()])
}

/// Lets the database start without this root key from now on. Only once nothing is sealed, digested
/// or in circulation under it any more: what still is could never be read again.
#[must_use]
pub fn forget(id: RootKeyId) -> Step {
    Step::one(DELETE, vec![id.0.into()])
}
