//! One SQL text, two engines: SQLite inside, PostgreSQL outside. This crate knows no noun.
//!
//! A write is a [`Unit`]: statements with the rows that each expects to change, and the journal
//! entries that become durable with them. It is data, not a closure, so no read-modify-write hides
//! in a transaction, every race is a row count, and both engines can batch it.
//!
//! ```text
//! load (row, rows) → decide (pure) → commit(Unit) → Conflict? load again : durable
//! ```
//!
//! The SQL is what both engines understand alike: parameters `$1`, `$2` … (a step may use them in
//! any order, and more than once), `INSERT … ON CONFLICT`, `RETURNING` in reads only, and three
//! column types: `BIGINT`, `TEXT`, `BLOB` ([`Migration`]).

mod db;
mod error;
mod migration;
mod postgres;
mod queue;
mod reach;
mod sqlite;
mod target;
#[cfg(feature = "testing")]
pub mod testing;
mod unit;
mod value;

pub use db::{Db, MAX_ROWS, Sink};
pub use error::{BackupError, CommitError, OpenError, Unavailable, WriteFault};
pub use migration::Migration;
pub use queue::{MAX_GROUP, MAX_QUEUE};
pub use target::Target;
pub use unit::{Committed, Entry, Rows, Sequence, Step, Term, Unit, Written};
pub use value::{ColumnError, Row, Value};
