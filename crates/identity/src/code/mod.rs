//! Authorization codes (RFC 6749 §1.3.1): what a browser carries from the authority to a client,
//! good for one redemption within a minute.
//!
//! A code is sealed, and says itself what was allowed: issuing one writes no row. Redeeming it writes
//! its id, once.
//!
//! revoke: nobody needs to; a code lives for a minute, and descends from session and grant.

mod challenge;
mod issue;
mod redeem;
mod rows;
mod sweep;
mod verify;

pub use challenge::{Challenge, ChallengeError};
pub use issue::{IssueError, NewCode, OFFLINE_ACCESS, issue};
pub use redeem::{RedeemError, redeem};
pub use sweep::sweep;
pub use verify::{Presented, verify};

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use symbolon_keys::seal::{Place, RowId};
use symbolon_store::Migration;
use symbolon_token::node::{
    ClientNode, FamilyNode, GrantNode, RealmNode, SessionNode, SubjectNode,
};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

/// The table of codes that were redeemed.
pub const MIGRATION: Migration = Migration {
    noun: "code",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long a code lives (RFC 6749 §4.1.2 allows ten times as much): the client redeems it at once.
pub const LIFETIME: Duration = Duration::from_mins(1);

/// The longest sealed code, in bytes: with the rest of an address it must fit into what servers
/// accept.
pub const MAX_BYTES: usize = 2048;

/// What a person allowed, as the tokens that come of it must say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// The client that may have them.
    pub client: ClientNode,
    /// Whom they speak for.
    pub subject: SubjectNode,
    /// The sign-in that they come from.
    pub session: SessionNode,
    /// What the person allowed to the client, in all.
    pub grant: GrantNode,
    /// What was allowed now.
    pub scope: Scope,
    /// The audiences that were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The claims that the ID token was asked to carry, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_claims: Vec<String>,
    /// The claims that userinfo was asked to tell, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub userinfo_claims: Vec<String>,
    /// What the client wants to find in the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// When the person proved himself.
    pub auth_time: Time,
    /// How, as in `amr`.
    pub methods: Vec<String>,
    /// What all of it descends from: the claim `lin` of its tokens, without client secret and key.
    pub lineage: String,
}

/// What a code says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its id, which is the family's that it gives.
    pub family: FamilyNode,
    /// What was allowed.
    #[serde(flatten)]
    pub allowance: Allowance,
    /// SHA-256 of the address that it was sent to, and whether the request named it.
    redirect: (String, bool),
    /// The challenge that it is bound to (RFC 7636).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    challenge: Option<Challenge>,
    /// When it ends.
    pub expires_at: Time,
}

/// The digest of a redirect address, as a code says it.
fn digest_of(redirect_uri: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, redirect_uri.as_bytes()))
}

/// What a sealed code is bound to.
fn place(realm: RealmNode) -> Place<'static> {
    Place {
        realm,
        table: "code",
        column: "text",
        row: RowId::Number(0),
    }
}
