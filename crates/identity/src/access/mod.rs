//! Access tokens: what lets a client use a resource (RFC 6749 §1.4), as JWT (RFC 9068) or opaque.
//!
//! A JWT costs no row; it is found again by its own claims, and revoked by what it descends from or
//! by its status bit. An opaque one is a row of its digest. Both lead to the same [`Access`].

mod claim;
mod descent;
mod encrypted;
mod issue;
mod management;
mod revoke;
mod rows;
mod sweep;
mod verify;

pub use claim::{AccessClaims, Audience, Status, StatusPlace, list_uri};
pub use issue::{IssueError, Issued, Minted, NewAccess, issue, mint};
pub use management::issue_management;
pub use revoke::{revoke, revoke_ordered};
pub use sweep::sweep;
pub use verify::{
    MAX_BEHIND, Refusal, VerifiedTokens, VerifyError, alive, authentic, of_revoked_key, verify,
};

use symbolon_store::Migration;
use symbolon_token::kind::Format;
use symbolon_token::lineage::Lineage;
use symbolon_token::node::{ClientNode, NodeId, RealmNode, SigningKeyNode, SubjectNode};
use symbolon_token::scope::Scope;
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;

/// The table of opaque access tokens.
pub const MIGRATION: Migration = Migration {
    noun: "access",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// What an opaque token lets userinfo tell.
pub const CLAIMS_MIGRATION: Migration = Migration {
    noun: "access",
    number: 2,
    sql: include_str!("schema_claims.sql"),
};

/// An access token that is authentic: its signature or digest holds. Whether it lives is judged
/// apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Its realm.
    pub realm: RealmNode,
    /// The client that it was issued to.
    pub client: ClientNode,
    /// The same, as the token says it.
    pub client_id: String,
    /// Whom it speaks for.
    pub subject: SubjectNode,
    /// The same, as the token says it.
    pub sub: String,
    /// What it is meant for.
    pub audience: Vec<String>,
    /// What it allows.
    pub scope: Scope,
    /// The claims that it lets userinfo tell, beside those of its scope.
    pub userinfo_claims: Vec<String>,
    /// When it was issued.
    pub issued_at: Time,
    /// When it expires.
    pub expires_at: Time,
    /// Its bit.
    pub status: StatusRef,
    /// What it descends from.
    pub lineage: Lineage,
    /// How it looks.
    pub format: Format,
    /// The key that signed it, where it is a JWT.
    pub signing_key: Option<SigningKeyNode>,
}

impl Access {
    /// The ancestors that it must name, beside its realm: client, subject, and the key that signed.
    #[must_use]
    pub fn required_ancestors(&self) -> [NodeId; 3] {
        let key = self.signing_key.map_or(self.client.0, |key| key.0);
        [self.client.0, self.subject.0, key]
    }

    /// Whether it is meant for this audience.
    #[must_use]
    pub fn is_for(&self, audience: &str) -> bool {
        self.audience.iter().any(|one| one == audience)
    }
}
