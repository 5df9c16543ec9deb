//! Ancestry: what a token descends from, and how its death is known.
//!
//! Two things kill a token before it expires. Its ancestor: every [`node`] has an epoch, a token
//! carries the epochs it was born under, and raising one kills all descendants in one write. Or its
//! own [`status`] bit. Both are rows, and both stand in memory ([`Lineages`]), kept by following the
//! journal, so that to judge a token costs no query.
//!
//! A node has a row only once its epoch has risen or it was disabled; until then its epoch is 0.

pub mod feed;
mod judge;
mod memory;
pub mod node;
pub mod status;
pub mod term;

pub use judge::{Death, Life, judge, judge_descent};
pub use memory::{Lineages, ListVersion, LoadError, Standing};

use symbolon_store::Migration;

/// Tables of this crate.
pub const MIGRATIONS: [Migration; 4] = [
    node::MIGRATION,
    status::MIGRATION,
    status::OPENED_MIGRATION,
    status::FILLED_MIGRATION,
];
