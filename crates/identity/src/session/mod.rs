//! Sessions: one sign-in of a person, in one browser (OpenID Connect Core §2, `auth_time`).
//!
//! The browser holds a cookie, the row its digest. Whoever proves himself again goes on with the
//! same session under another cookie; somebody else begins another one, and the first one ends.

mod issue;
mod list;
mod proof;
mod revoke;
mod rows;
mod suspend;
mod sweep;
mod verify;

pub use issue::{IssueError, Issued, issue};
pub use list::{find, list, of_realm, owner};
pub use proof::{Authenticated, Factor, Method};
pub use revoke::{RevokeError, ending, revoke, revoke_all, revoke_ordered};
pub(crate) use rows::end_all;
pub use suspend::suspend;
pub use sweep::sweep;
pub use verify::{seen, verify};

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use symbolon_keys::signing_key::LONGEST_SESSION;
use symbolon_store::Migration;
use symbolon_token::lineage::{Ancestor, Lineage};
use symbolon_token::node::{ClientNode, RealmNode, SessionNode, SubjectNode};
use symbolon_token::time::Time;

use crate::World;

/// The table of sessions.
pub const MIGRATION: Migration = Migration {
    noun: "session",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long a session lives, however often it is used: a week, after which everybody proves himself
/// again.
pub const LIFETIME: Duration = LONGEST_SESSION;

/// How long it lives unused: a day, for whoever left a browser behind.
pub const IDLE_LIFETIME: Duration = Duration::from_hours(24);

/// How exactly its last use is known: a write for each would cost more than it tells.
const SEEN_EVERY: Duration = Duration::from_mins(10);

/// One sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its node.
    pub node: SessionNode,
    /// Its realm.
    pub realm: RealmNode,
    /// Who signed in.
    pub subject: SubjectNode,
    /// When the subject last proved itself.
    pub auth_time: Time,
    /// How.
    pub methods: Vec<Method>,
    /// The realm, the subject and the authenticators that it used.
    pub lineage: Lineage,
    /// When it began.
    pub created_at: Time,
    /// When it was last used, to ten minutes.
    pub seen_at: Time,
    /// When it ends, however often it is used.
    pub ends_at: Time,
}

impl Session {
    /// What descends from it carries: the session itself, the subject, the authenticators.
    #[must_use]
    pub fn ancestor(&self, world: &World) -> Ancestor {
        world.lineages.ancestor(self.node)
    }

    /// Whether it has neither ended nor been left unused for too long.
    #[must_use]
    pub fn is_running(&self, now: Time) -> bool {
        now < self.ends_at && now < self.seen_at.plus(IDLE_LIFETIME)
    }
}

/// What a client knows a session by, `sid` (OpenID Connect Back-Channel Logout §2.1): a MAC, so that
/// two clients that compare theirs learn nothing.
#[must_use]
pub fn sid(world: &World, realm: RealmNode, session: SessionNode, client: ClientNode) -> String {
    let nodes = [session.0, client.0].map(|node| node.number().to_be_bytes());
    let message = [&b"sid:"[..], nodes.as_flattened()].concat();
    URL_SAFE_NO_PAD.encode(world.material.token_mac.mac(realm, &message))
}
