//! The realm's userinfo endpoint as a resource: `<issuer>/userinfo` (OpenID Connect Core §5.3). It
//! needs no row.

use symbolon_token::node::ResourceNode;
use symbolon_token::scope::Scope;

use super::{Resource, ScopeWords, Settings};
use crate::realm::Realm;

/// The scopes that concern the person himself, with words for the consent page (OpenID Connect Core
/// §5.4, §11).
pub const SCOPES: [(&str, &str); 6] = [
    ("openid", "Know who you are"),
    ("profile", "See your name and profile"),
    ("email", "See your email address"),
    ("phone", "See your phone number"),
    ("address", "See your postal address"),
    ("offline_access", "Go on when you have signed out"),
];

/// Whether a scope concerns the person himself.
#[must_use]
pub fn is_personal(token: &str) -> bool {
    SCOPES.iter().any(|(name, _)| *name == token)
}

/// The userinfo endpoint of a realm.
#[must_use]
pub fn userinfo(realm: &Realm) -> Resource {
    let words = SCOPES.iter().map(|(name, words)| ScopeWords {
        name: (*name).to_owned(),
        description: (*words).to_owned(),
    });
    Resource {
        node: ResourceNode(realm.node.0),
        realm: realm.node,
        audience: realm.userinfo_endpoint(),
        is_default: false,
        settings: Settings {
            name: "Userinfo".to_owned(),
            scopes: words.collect(),
            ..Settings::default()
        },
        scope: Scope::from_tokens(SCOPES.iter().map(|(name, _)| *name)).unwrap_or_default(),
        created_at: realm.created_at,
    }
}
