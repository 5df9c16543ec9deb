//! Status: each token has a bit of its own, in the bucket of the hour in which it expires.
//!
//! Indexes come in blocks that are leased by one write and announced before their use. Inside a
//! block they are given out in random order, so that they say nothing about volume.

mod ahead;
mod fill;
mod lease;
mod list;
mod revoke;
mod rows;
mod sweep;
mod work;

pub use fill::fill;
pub(crate) use fill::revokes;
pub use lease::{LeaseError, Leases};
pub(crate) use list::blocks;
pub use list::{LIST_BLOCK, StatusList};
pub use revoke::revoke;
pub use rows::oldest;
pub(crate) use rows::{Dead, bits, buckets, floor};
pub use sweep::{GRACE, sweep};
pub use work::Work;

use symbolon_store::Migration;

/// The tables of leased blocks and revoked tokens.
pub const MIGRATION: Migration = Migration {
    noun: "status",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// Where in the journal a bucket's tokens begin.
pub const OPENED_MIGRATION: Migration = Migration {
    noun: "status",
    number: 2,
    sql: include_str!("schema_opened.sql"),
};

/// Which bits only show what is known by other means.
pub const FILLED_MIGRATION: Migration = Migration {
    noun: "status",
    number: 3,
    sql: include_str!("schema_filled.sql"),
};
