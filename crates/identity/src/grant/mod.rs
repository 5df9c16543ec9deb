//! Grants: what a person allowed to a client (RFC 6749 §1.3). It is remembered, so that nobody is
//! asked twice; widened, when more is allowed; and withdrawn, which ends everything that it gave.

mod allow;
mod find;
mod list;
mod revoke;
mod rows;
mod suspend;

pub use allow::{Allowed, allow};
pub use find::{by_id, find};
pub use list::list;
pub use revoke::{RevokeError, revoke, revoke_ordered};
pub use suspend::suspend;

use serde::Serialize;
use symbolon_store::Migration;
use symbolon_token::node::{ClientNode, GrantNode, RealmNode, SubjectNode};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

/// The table of grants.
pub const MIGRATION: Migration = Migration {
    noun: "grant",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// A grant that was withdrawn leaves no row.
pub const NO_ENDED_MIGRATION: Migration = Migration {
    noun: "grant",
    number: 2,
    sql: include_str!("no_ended.sql"),
};

/// What a person allowed to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// Its node.
    #[serde(rename = "id")]
    pub node: GrantNode,
    /// Its realm.
    #[serde(skip)]
    pub realm: RealmNode,
    /// Who allowed it.
    pub subject: SubjectNode,
    /// To whom.
    pub client: ClientNode,
    /// All that was allowed.
    pub scope: Scope,
    /// When it was first allowed, in milliseconds.
    pub created_at: Time,
    /// When more was last allowed, in milliseconds.
    pub changed_at: Time,
}
