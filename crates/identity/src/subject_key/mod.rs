//! Keys of persons: what the journal holds in words about a person is sealed under a key of that person
//! alone. Erasing the person destroys the key; the entry, its leaf and every proof stay as they were.
//!
//! The key is 32 random bytes, sealed under the root key in a row of its own. A sealed text is a nonce
//! and AES-256-GCM, with the person's id authenticated.

mod erase;
mod open;
mod rows;
mod seal;

pub(crate) use erase::destroy;
pub use open::reveal;
pub use seal::seal;

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use symbolon_keys::seal::Place;
use symbolon_store::Migration;
use symbolon_token::node::{RealmNode, SubjectNode};

use crate::World;

/// The table of keys.
pub const MIGRATION: Migration = Migration {
    noun: "subject_key",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// What is authenticated with a text: what it is, and whose.
fn bound(subject: SubjectNode) -> Vec<u8> {
    [&b"journal text of"[..], &subject.0.number().to_be_bytes()].concat()
}

fn place((realm, subject): (RealmNode, SubjectNode)) -> Place<'static> {
    Place {
        realm,
        table: "subject_key",
        column: "sealed",
        row: subject.0.into(),
    }
}

/// The key in a sealed row; `None` where the root key does not open it.
fn opened(world: &World, whose: (RealmNode, SubjectNode), sealed: &[u8]) -> Option<LessSafeKey> {
    let plain = world.material.seals.open(&place(whose), sealed).ok()?;
    let bytes = plain.first_chunk::<KEY_BYTES>()?;
    let key = UnboundKey::new(&AES_256_GCM, bytes).ok()?;
    Some(LessSafeKey::new(key))
}
