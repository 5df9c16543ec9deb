//! The one door over all kinds of tokens: whoever has a text and does not know what it is asks here.
//!
//! Today it opens on access tokens; every kind that is added is added to [`token::Token`], and with
//! that to introspection, revocation and inspection.

pub mod feed;
pub mod idempotency;
pub mod journal;
pub mod revocation;
pub mod setup;
mod standing;
#[cfg(test)]
mod testing;
pub mod token;
pub mod upkeep;

pub use standing::standing;

use symbolon_store::Migration;

/// Tables of this crate.
pub const MIGRATIONS: [Migration; 3] = [idempotency::MIGRATION, setup::MIGRATION, feed::MIGRATION];
