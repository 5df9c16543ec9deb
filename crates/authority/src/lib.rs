//! The one door over all kinds of tokens: whoever has a text and does not know what it is asks here.
//!
//! Today it opens on access tokens; every kind that is added is added to [`token::Token`], and with
//! that to introspection, revocation and inspection.

pub mod assertion;
mod erase;
pub mod feed;
pub mod idempotency;
pub mod issued;
pub mod journal;
pub mod revocation;
pub mod revocation_job;
pub mod setup;
mod standing;
pub mod status_list;
pub mod suspension;
#[cfg(test)]
mod testing;
pub mod token;
pub mod upkeep;

pub use erase::erase;
pub use standing::standing;

use symbolon_store::Migration;

/// Tables of this crate, and the journal's own.
pub const MIGRATIONS: [Migration; 8] = [
    feed::MIGRATION,
    feed::CARRY_MIGRATION,
    idempotency::MIGRATION,
    revocation_job::MIGRATION,
    setup::MIGRATION,
    symbolon_journal::segment::MIGRATIONS[0],
    symbolon_journal::segment::MIGRATIONS[1],
    symbolon_journal::segment::MIGRATIONS[2],
];
