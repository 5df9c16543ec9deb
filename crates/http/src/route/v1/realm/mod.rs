//! Realms, managed with tokens of the first one.

mod create;
mod enable;
mod list;

pub(super) use create::create;
pub(super) use enable::enable;
pub(super) use list::list;

use serde::Serialize;
use symbolon_identity::realm::Realm;
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

/// A realm.
#[derive(Serialize)]
struct View {
    id: RealmNode,
    name: String,
    issuer: String,
    /// In milliseconds.
    created_at: Time,
}

impl From<&Realm> for View {
    fn from(realm: &Realm) -> Self {
        Self {
            id: realm.node,
            name: realm.name.clone(),
            issuer: realm.issuer.as_str().to_owned(),
            created_at: realm.created_at,
        }
    }
}
