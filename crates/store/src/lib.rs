//! One SQL text, two engines: SQLite inside, PostgreSQL outside. This crate knows no noun.
//!
//! A write is a [`Unit`]: statements with the rows that each expects to change, and the journal
//! entries that become durable with them. It is data, not a closure, so no read-modify-write hides
//! in a transaction, every race is a row count, and both engines can batch it.
//!
//! ```text
//! load (row, rows) → decide (pure) → commit(Unit) → Conflict? load again : durable
//! ```

mod error;
mod unit;
mod value;

pub use error::{CommitError, OpenError, Unavailable};
pub use unit::{Committed, Entry, Rows, Sequence, Step, Term, Unit};
pub use value::{ColumnError, Row, Value};
