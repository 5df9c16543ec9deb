//! One-time links by which a person sets a password: the first one, or one in the place of a forgotten
//! one. An operator hands the link over.
//!
//! A link holds an opaque text, `sym_pl_…`, of which the database knows a digest. It is spent by one
//! conditional write, in the unit that sets the password, which a page's POST asks for: a mail scanner
//! or a chat that fetches the link spends nothing.
//!
//! verify: [`find`], and inside `redeem`.
//! revoke: a new link takes the place of the one before.

mod find;
mod issue;
mod redeem;
mod rows;
mod sweep;

pub use find::{Waiting, find};
pub use issue::{IssueError, Issued, issue};
pub use redeem::{RedeemError, redeem};
pub(crate) use rows::none;
pub use sweep::sweep;

use std::time::Duration;

use symbolon_store::Migration;

/// The table of links.
pub const MIGRATION: Migration = Migration {
    noun: "password_link",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long a link can be used, unless its issuer says otherwise: it may be sent in the evening and
/// read the next day.
pub const LIFETIME: Duration = Duration::from_hours(24);

/// The longest that its issuer may say.
pub const MAX_LIFETIME: Duration = Duration::from_hours(7 * 24);
