//! Identity: realms, clients, resources and subjects, and the tokens that speak for them.
//!
//! Nouns are folders, verbs are files. Every verb walks the same way: load a snapshot (from rows or
//! from the [`Directory`]), decide by a pure function, apply one unit with its journal event.

pub mod access;
mod birth;
pub mod client;
pub mod client_assertion;
pub mod client_secret;
pub mod code;
mod descent;
mod directory;
mod draft;
pub mod encryption;
pub mod grant;
pub mod id;
pub mod jwks_uri;
mod load;
pub mod logout;
mod mark;
mod order;
pub mod realm;
pub mod refresh;
pub mod resource;
pub mod session;
pub mod signing_key;
pub mod subject;
pub mod subject_key;
mod suspension;
mod sweep;
mod turn;
mod with;
mod world;

pub use directory::{Directory, KnownClient};
pub use draft::{Applied, Draft, verb};
pub use load::{LoadError, MAX_CONFLICTS, WriteError};
pub use order::{Order, Recorded, Revoked};
pub use suspension::Way;
pub use turn::Turn;
pub use with::With;
pub use world::{Material, Trust, World, day};

use symbolon_store::Migration;

/// Tables of this crate.
pub const MIGRATIONS: [Migration; 16] = [
    realm::MIGRATION,
    client::MIGRATION,
    client_secret::MIGRATION,
    client_assertion::MIGRATION,
    resource::MIGRATION,
    subject::MIGRATION,
    access::MIGRATION,
    subject::PERSON_MIGRATION,
    session::MIGRATION,
    grant::MIGRATION,
    code::MIGRATION,
    refresh::MIGRATION,
    logout::MIGRATION,
    access::CLAIMS_MIGRATION,
    grant::NO_ENDED_MIGRATION,
    subject_key::MIGRATION,
];
