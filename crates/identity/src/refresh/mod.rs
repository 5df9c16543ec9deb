//! Refresh tokens: how a client goes on without the person (RFC 6749 §1.5), and how theft shows.
//!
//! One row for each family, whatever the number of turns. A token is the family's id, a generation
//! and a MAC over both under the family's own seed, so an old one is recognised, an invented one is
//! noise, and a successor need not be kept: whoever lost the answer is given the same again.
//!
//! ```text
//! sym_rt_ | family 8 | generation 4 | MAC 16, all base64url | checksum
//! ```

mod find;
mod issue;
mod revoke;
mod rotate;
mod rows;
mod sweep;
mod verify;

pub use find::{find, running};
pub use issue::{NewFamily, issue};
pub use revoke::{draft as ending, revoke, revoke_ordered};
pub use rotate::{Decision, Holder, RotateError, Theft, WINDOW, decide};
pub use sweep::sweep;
pub use verify::{Presented, alive, is_alive, standing, verify};

use std::time::Duration;

use aws_lc_rs::hmac;
use symbolon_keys::seal::Place;
use symbolon_store::Migration;
use symbolon_token::kind::Kind;
use symbolon_token::node::{ClientNode, FamilyNode, RealmNode};
use symbolon_token::opaque;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;
use zeroize::Zeroizing;

use crate::code::Allowance;

/// The table of families.
pub const MIGRATION: Migration = Migration {
    noun: "refresh",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long a family lives unused, where its client does not say otherwise: a month of holidays.
pub const IDLE_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// How long a family lives, however often it turns, where its client does not say otherwise.
pub const LIFETIME: Duration = Duration::from_hours(365 * 24);

/// Bytes of a seed: as many as the MAC's hash has.
const SEED: usize = 32;

/// Bytes of a token's MAC.
const MAC: usize = 16;

/// Which turn of its family a token is; the first one is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(pub u32);

impl Generation {
    /// The first one.
    pub const FIRST: Self = Self(1);

    /// The one that replaces this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A family as it stands.
#[derive(Clone)]
pub struct Family {
    /// Its node.
    pub node: FamilyNode,
    /// Its realm.
    pub realm: RealmNode,
    /// Who holds it.
    pub client: ClientNode,
    /// The newest token handed out.
    pub generation: Generation,
    /// When that one was first handed out.
    pub turned_at: Time,
    /// What a person allowed.
    pub allowance: Allowance,
    /// Whether it dies with the session.
    pub is_online: bool,
    /// The end of its life, however often it turns.
    pub ends_at: Time,
    /// Whether it was ended.
    pub is_ended: bool,
    /// What the MACs of its tokens are made with.
    seed: Seed,
}

/// What the MACs of a family's tokens are made with. It does not print.
#[derive(Clone)]
struct Seed(Zeroizing<[u8; SEED]>);

impl Seed {
    /// The MAC of one generation.
    fn mac(&self, (realm, family): (RealmNode, FamilyNode), generation: Generation) -> [u8; MAC] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*self.0);
        let mut context = hmac::Context::with_key(&key);
        context.update(&realm.0.number().to_be_bytes());
        context.update(&family.0.number().to_be_bytes());
        context.update(&generation.0.to_be_bytes());
        let mut mac = [0; MAC];
        for (to, from) in mac.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        mac
    }
}

impl Family {
    /// The token of a generation. The same one each time.
    #[must_use]
    pub fn token(&self, generation: Generation) -> Secret {
        let mac = self.seed.mac((self.realm, self.node), generation);
        let mut body = Vec::with_capacity(8 + 4 + MAC);
        body.extend_from_slice(&self.node.0.number().to_be_bytes());
        body.extend_from_slice(&generation.0.to_be_bytes());
        body.extend_from_slice(&mac);
        opaque::with_body(Kind::Refresh, &body)
    }
}

/// Where a sealed seed stands.
fn place(realm: RealmNode, family: FamilyNode) -> Place<'static> {
    Place {
        realm,
        table: "refresh",
        column: "seed",
        row: family.0.into(),
    }
}
