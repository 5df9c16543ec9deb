//! Realms: tenants, each with an issuer URL, keys, clients and subjects of its own.
//!
//! A realm costs rows, never threads or tables. All realms stand in memory, for every request begins
//! with the question whose it is.

mod change;
mod create;
mod find;
mod issuer;
mod rows;
mod stand;

pub use change::{ChangeError, change_issuer};
pub use create::{CreateError, NewRealm, create, create_first};
pub use find::Realms;
pub use issuer::{Issuer, IssuerError, RESERVED};
pub use stand::{enable, stand};

use symbolon_store::Migration;
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

/// The table of realms.
pub const MIGRATION: Migration = Migration {
    noun: "realm",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    /// Its node.
    pub node: RealmNode,
    /// The name that operators use, unique in the installation.
    pub name: String,
    /// Its issuer URL.
    pub issuer: Issuer,
    /// When it was made.
    pub created_at: Time,
}

impl Realm {
    /// The audience of the realm's own management API: `<issuer>/v1`.
    #[must_use]
    pub fn management_audience(&self) -> String {
        format!("{}/v1", self.issuer.as_str())
    }

    /// The URL of the userinfo endpoint, which is its audience too.
    #[must_use]
    pub fn userinfo_endpoint(&self) -> String {
        format!("{}/userinfo", self.issuer.as_str())
    }

    /// The URL at which a person sets a password by the one-time link with this text.
    #[must_use]
    pub fn set_password(&self, link: &str) -> String {
        format!("{}/set-password/{link}", self.issuer.as_str())
    }

    /// The URL of the token endpoint.
    #[must_use]
    pub fn token_endpoint(&self) -> String {
        format!("{}/token", self.issuer.as_str())
    }
}
