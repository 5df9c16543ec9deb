//! Resources: the APIs and servers that tokens are meant for (RFC 8707).
//!
//! A resource says how its tokens look: their audience, scopes with words for people, format,
//! algorithm, `typ`, lifetime. The realm's own management API is a resource too, without a row.

mod change;
mod create;
mod find;
mod keys;
mod list;
mod management;
mod rows;
mod userinfo;

pub use change::{ChangeError, change, end};
pub(crate) use create::CHOSEN;
pub use create::{CreateError, NewResource, create};
pub use find::{by_audience, default, find};
pub(crate) use find::{load, load_default};
pub(crate) use keys::HandedOver;
pub use list::list;
pub use management::{SCOPES as MANAGEMENT_SCOPES, is_management, management};
pub use userinfo::{SCOPES as PERSONAL_SCOPES, is_personal, userinfo};

use std::time::Duration;

use serde::{Deserialize, Serialize};
use symbolon_jose::Algorithm;
use symbolon_jose::jwe::{ContentEncryption, KeyManagement};
use symbolon_store::Migration;
use symbolon_token::kind::Format;
use symbolon_token::node::{ClientNode, RealmNode, ResourceNode};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

use crate::client::Client;
use crate::encryption::Encryption;

/// The table of resources.
pub const MIGRATION: Migration = Migration {
    noun: "resource",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long an access token lives where nobody says otherwise: ten minutes bound what a thief has,
/// should everything else fail.
pub const DEFAULT_LIFETIME: Duration = Duration::from_mins(10);

/// The longest life of an access token: a day. Status bits are kept that long.
pub const MAX_LIFETIME: Duration = Duration::from_hours(24);

/// How a JWT access token names its type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenType {
    /// `at+jwt` (RFC 9068 §2.1).
    #[default]
    #[serde(rename = "at+jwt")]
    AccessToken,
    /// `JWT`, for verifiers that refuse the other.
    #[serde(rename = "JWT")]
    Plain,
}

/// One scope of a resource, with words for the consent page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeWords {
    /// The scope token.
    pub name: String,
    /// What it allows, in words.
    #[serde(default)]
    pub description: String,
}

/// What can be set about a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What people call it.
    pub name: String,
    /// Its scopes. With none it accepts whatever scope a client has.
    pub scopes: Vec<ScopeWords>,
    /// How its access tokens look.
    pub token_format: Format,
    /// What signs them.
    pub token_algorithm: Algorithm,
    /// Their `typ`.
    pub token_type: TokenType,
    /// How long they live, in seconds; `None`: [`DEFAULT_LIFETIME`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
    /// How the key of their encryption reaches it; signed alone, where this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_encryption_alg: Option<KeyManagement>,
    /// What encrypts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_encryption_enc: Option<ContentEncryption>,
    /// Its public keys, by value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// Where it publishes them instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The client that runs it: it may introspect every token meant for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<ClientNode>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: String::new(),
            scopes: Vec::new(),
            token_format: Format::Jwt,
            token_algorithm: Algorithm::Es256,
            token_type: TokenType::AccessToken,
            token_lifetime: None,
            token_encryption_alg: None,
            token_encryption_enc: None,
            jwks: None,
            jwks_uri: None,
            owner: None,
        }
    }
}

/// An API or server that tokens are meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its node.
    pub node: ResourceNode,
    /// Its realm.
    pub realm: RealmNode,
    /// What stands in `aud`.
    pub audience: String,
    /// Whether tokens are meant for it where nobody says otherwise.
    pub is_default: bool,
    /// What can be set.
    pub settings: Settings,
    /// The names of its scopes.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Time,
}

impl Resource {
    /// How long its access tokens live.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        let seconds = self.settings.token_lifetime;
        seconds.map_or(DEFAULT_LIFETIME, |seconds| {
            Duration::from_secs(seconds.into())
        })
    }

    /// How its access tokens are encrypted, if they are.
    #[must_use]
    pub fn encryption(&self) -> Option<Encryption> {
        let enc = self.settings.token_encryption_enc;
        Encryption::registered(self.settings.token_encryption_alg, enc)
    }

    /// Whether this client runs it: it may know of every token meant for it. One that nobody owns may
    /// be run by the client of its name.
    #[must_use]
    pub fn is_run_by(&self, client: &Client) -> bool {
        match self.settings.owner {
            Some(owner) => owner == client.node,
            None => self.audience == client.client_id,
        }
    }

    /// What of a scope it knows. One without scopes of its own accepts all.
    #[must_use]
    pub fn known(&self, scope: &Scope) -> Scope {
        if self.scope.is_empty() {
            scope.clone()
        } else {
            scope.and(&self.scope)
        }
    }
}
