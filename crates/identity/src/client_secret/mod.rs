//! Client secrets: what a confidential client proves itself with (RFC 6749 §2.3.1).
//!
//! A client may have several at once, so that a new one is rolled out before the old one ends. Each
//! is a lineage node of its own: revoking a leaked secret kills what it was used for, and nothing
//! else. It is handed out once; the database holds its digest, and only for `client_secret_jwt` the
//! secret itself, sealed.

mod find;
mod issue;
mod list;
mod revoke;
mod rows;
mod suspend;
mod verify;

pub use find::owner;
pub use issue::{Issued, NewSecret, SecretError, Written, decide, issue};
pub use list::list;
pub use revoke::{RevokeError, revoke, revoke_ordered};
pub(crate) use rows::live;
pub use suspend::suspend;
pub use verify::{verify, verify_jwt};

use symbolon_keys::pepper::Peppered;
use symbolon_store::Migration;
use symbolon_token::lineage::Epoch;
use symbolon_token::node::ClientSecretNode;
use symbolon_token::time::Time;

/// The table of client secrets.
pub const MIGRATION: Migration = Migration {
    noun: "client_secret",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// Live secrets that one client may have: the old one, the new one, and some for slow fleets.
pub const MAX_SECRETS: u32 = 10;

/// A secret as the database knows it.
#[derive(Clone)]
pub struct ClientSecret {
    /// Its node.
    pub node: ClientSecretNode,
    /// Its digest.
    pub digest: Peppered,
    /// The secret itself, sealed, where it must be read again.
    pub sealed: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Time,
    /// When it ends by itself.
    pub expires_at: Option<Time>,
    /// The epoch that its node had when it was loaded.
    pub epoch: Epoch,
}

impl ClientSecret {
    /// Whether it has not expired.
    #[must_use]
    pub fn lives(&self, now: Time) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}
