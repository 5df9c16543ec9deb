//! Where a sealed value stands. It is authenticated with the value, so nothing can be moved.

use symbolon_token::node::{NodeId, RealmNode};

use super::HEADER;

/// One value's place in the database, or in a token that is sealed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The realm that the row belongs to.
    pub realm: RealmNode,
    /// The table, or the kind of the sealed token.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row.
    pub row: RowId<'a>,
}

/// What names a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowId<'a> {
    /// Its number.
    Number(i64),
    /// A key of several columns, made unambiguous by the caller.
    Bytes(&'a [u8]),
}

impl From<NodeId> for RowId<'_> {
    fn from(id: NodeId) -> Self {
        Self::Number(id.number())
    }
}

impl Place<'_> {
    /// Realm, table and column: what a key is derived for. Lengths stand before names.
    pub(super) fn purpose(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(&self.realm.0.number().to_be_bytes());
        push(&mut bytes, self.table.as_bytes());
        push(&mut bytes, self.column.as_bytes());
        bytes
    }

    /// The header and the whole place: what a value is authenticated with.
    pub(super) fn bound_to(&self, header: [u8; HEADER]) -> Vec<u8> {
        let mut bytes = header.to_vec();
        bytes.append(&mut self.purpose());
        match self.row {
            RowId::Number(number) => {
                bytes.push(0);
                bytes.extend_from_slice(&number.to_be_bytes());
            }
            RowId::Bytes(row) => {
                bytes.push(1);
                bytes.extend_from_slice(row);
            }
        }
        bytes
    }
}

fn push(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}
