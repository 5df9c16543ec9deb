//! Idempotency keys: a caller that did not hear the answer asks again with the same key, and gets the
//! same answer; the deed is done once.
//!
//! 1. A key belongs to the realm and to who asks: nobody is given another's answer.
//! 2. The answer is written in the same unit as the deed ([`keep`]), so that of many at once one
//!    does it, and the others find its answer.
//! 3. It may hold a secret, so it is sealed, together with a digest of the request: the same key with
//!    another request is refused.
//! 4. What only the commit knows (where the entry stands) cannot be in the unit: there the unit keeps
//!    a claim ([`Answer::claim`]), of which the answer is made once, now or at the retry
//!    ([`settle`](settle())).
//! 5. After [`RETENTION`] it is forgotten.

mod keep;
mod recall;
mod rows;
mod settle;
mod sweep;

pub use keep::{keep, keep_apart};
pub use recall::{RecallError, recall};
pub use settle::settle;
pub use sweep::sweep;

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use symbolon_keys::seal::{Place, RowId};
use symbolon_store::Migration;
use symbolon_token::call::Actor;
use symbolon_token::node::RealmNode;

/// The table of answers.
pub const MIGRATION: Migration = Migration {
    noun: "idempotency",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How long an answer is kept: a day is longer than any job retries.
pub const RETENTION: Duration = Duration::from_hours(24);

/// Longest key, in bytes: a UUID has 36.
pub const MAX_KEY: usize = 200;

/// What was answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body. It may hold a secret.
    pub body: Vec<u8>,
}

/// The status of a claim: no answer has it.
const CLAIM: u16 = 0;

impl Answer {
    /// What the deed's unit knows, of which the answer is yet to be made.
    #[must_use]
    pub fn claim(body: Vec<u8>) -> Self {
        Self {
            status: CLAIM,
            body,
        }
    }

    /// Whether the answer is yet to be made.
    #[must_use]
    pub fn is_claim(&self) -> bool {
        self.status == CLAIM
    }
}

/// One request with its key.
#[derive(Clone, Copy)]
pub struct Attempt {
    realm: RealmNode,
    /// Of who asks and the key.
    digest: [u8; 32],
    /// Of what is asked for.
    request: [u8; 32],
}

impl Attempt {
    /// The request of this actor, with this key; `what` is all that makes it this request: method,
    /// path and body.
    #[must_use]
    pub fn new(realm: RealmNode, actor: Actor, key: &str, what: &[&[u8]]) -> Self {
        let (who, node) = match actor {
            Actor::Anonymous => (0, 0),
            Actor::Client(client) => (1, client.0.number()),
            Actor::Operator => (2, 0),
            Actor::Subject(subject) => (3, subject.0.number()),
            Actor::System => (4, 0),
        };
        Self {
            realm,
            digest: digest(&[&[who], &node.to_be_bytes(), key.as_bytes()]),
            request: digest(what),
        }
    }

    /// Where its answer stands.
    fn place(&self) -> Place<'_> {
        Place {
            realm: self.realm,
            table: "idempotency",
            column: "answer",
            row: RowId::Bytes(&self.digest),
        }
    }
}

/// SHA-256 over parts, each behind its length.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.finish().as_ref());
    bytes
}

#[cfg(test)]
mod tests;
