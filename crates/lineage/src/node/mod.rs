//! Nodes: the things that tokens descend from, their epochs, and whether they stand.

mod change;
mod rows;

pub use change::{Change, State, change, raises};
pub(crate) use rows::all;

use symbolon_store::Migration;

/// The table of nodes that were ever revoked or disabled.
pub const MIGRATION: Migration = Migration {
    noun: "lineage",
    number: 1,
    sql: include_str!("schema.sql"),
};
