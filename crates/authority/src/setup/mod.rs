//! The first start's one-time link: how an operator enters a new installation.
//!
//! A link holds an opaque text, `sym_st_…`, of which the database knows a digest. It lives for
//! [`LIFETIME`] and is spent by one conditional write, which a page's POST asks for: a mail scanner or
//! a chat that fetches the link spends nothing.
//!
//! verify: [`find`], and inside `redeem`.
//! revoke: a new link takes the place of the one before.

mod find;
mod issue;
mod redeem;
mod rows;

pub use find::{find, is_due};
pub use issue::issue;
pub use redeem::{RedeemError, redeem};

use std::time::Duration;

use symbolon_store::Migration;

/// The table of links.
pub const MIGRATION: Migration = Migration {
    noun: "setup",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long a link can be used: a person reads it off the screen of the machine.
pub const LIFETIME: Duration = Duration::from_mins(30);

/// How long the token lives that a link is spent for: long enough to make a client of one's own, and
/// as long as any access token may.
pub const TOKEN_LIFETIME: Duration = symbolon_identity::resource::MAX_LIFETIME;

#[cfg(test)]
mod tests;
