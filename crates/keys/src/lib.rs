//! Keys: the secrets outside the database, and the signing keys of each realm.
//!
//! | module | answers |
//! |---|---|
//! | [`journal`] | who signs the journal |
//! | [`feed_key`] | who signs what verifiers are told |
//! | [`pepper`] | how a secret is recognised that is not kept; how a `jti` proves to be ours |
//! | [`random`] | where chance comes from |
//! | [`ring`] | who signs and who verifies now, and what is published |
//! | [`root`] | which secrets stand outside the database, and whether they are the right ones |
//! | [`seal`] | how a secret rests that must be read again |
//! | [`signing_key`] | how a signing key begins, is succeeded, and ends |
//!
//! At start: read the ring of root keys, [`root::check::check`] it, make [`seal::Seals`],
//! [`pepper::Peppers`], [`pepper::TokenMac`] and [`feed_key::FeedKeys`] of it, and forget it.

use symbolon_store::Migration;

pub mod feed_key;
pub mod journal;
pub mod pepper;
pub mod random;
pub mod ring;
pub mod root;
pub mod seal;
pub mod signing_key;

/// The tables of this crate's nouns.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        noun: "root_key",
        number: 1,
        sql: root::SCHEMA,
    },
    Migration {
        noun: "signing_key",
        number: 1,
        sql: signing_key::SCHEMA,
    },
];
