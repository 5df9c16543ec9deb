//! Logout tokens: how clients are told that a session has ended (OpenID Connect Back-Channel Logout).
//!
//! The news is written in the unit that ends the session (an outbox), and leaves afterwards; a client
//! that does not answer is tried again.
//!
//! verify: clients do.
//! revoke: a logout token lives for two minutes, and only says what has happened.

mod announce;
mod due;
mod issue;
mod news;
mod rows;

pub(crate) use announce::announce;
pub use announce::{announce_all, take_part};
pub use due::{Due, MAX_TRIES, done, dropped, due, failed};
pub use issue::issue;
pub use news::News;
pub(crate) use rows::sweep;

use std::time::Duration;

use symbolon_store::Migration;

/// The tables of sessions' clients, and of news on its way.
pub const MIGRATION: Migration = Migration {
    noun: "logout",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long a logout token lives (OpenID Connect Back-Channel Logout §2.4 asks for two minutes at
/// most).
pub const LIFETIME: Duration = Duration::from_mins(2);
