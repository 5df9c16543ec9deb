//! The journal, as operators read it: backwards with filters, or forwards as it grows.

mod search;
mod tail;

pub use search::{Found, search};
pub use tail::{Tail, tail};

/// Entries of one answer.
pub use symbolon_journal::MAX_RECORDS;
