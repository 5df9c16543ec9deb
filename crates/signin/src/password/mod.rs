//! Passwords: an authenticator that a person remembers (NIST SP 800-63B-4 §3.1.1).
//!
//! The row holds an Argon2id hash over a digest under the pepper, beside the parameters of both. A
//! password is a lineage node: sessions descend from the one that they began with, and die when it is
//! changed, ended or, for a while, disabled.
//!
//! revoke: [`end`]; a password that was changed has ended.

mod change;
mod check;
mod end;
mod rows;
mod set;
mod verify;

pub use change::{ChangeError, change};
pub use check::{MAX_BYTES, MIN_ALONE, MIN_WITH_ANOTHER, Part, Weakness};
pub use end::{EndError, disable, enable, end, end_ordered, find, find_by_id, stand_ordered};
pub use set::{NewPassword, SetError, set};
pub(crate) use set::{draft, prepare};
pub use verify::{VerifyError, verify};

use symbolon_keys::pepper::PepperId;
use symbolon_store::Migration;
use symbolon_token::node::{AuthenticatorNode, RealmNode, SubjectNode};
use symbolon_token::time::Time;

use crate::hash::{Hash, Passes, Salt};

/// The table of passwords.
pub const MIGRATION: Migration = Migration {
    noun: "password",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// A password as it is stored.
#[derive(Clone)]
pub struct Password {
    /// Its node.
    pub node: AuthenticatorNode,
    /// Its realm.
    pub realm: RealmNode,
    /// Whose it is.
    pub subject: SubjectNode,
    /// Argon2id over the digest under the pepper.
    pub(crate) hash: Hash,
    pub(crate) salt: Salt,
    pub(crate) passes: Passes,
    pub(crate) pepper: PepperId,
    /// When it was set.
    pub created_at: Time,
}
