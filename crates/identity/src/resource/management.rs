//! The realm's own management API as a resource: `<issuer>/v1`. It needs no row.

use symbolon_jose::Algorithm;
use symbolon_token::kind::Format;
use symbolon_token::node::ResourceNode;
use symbolon_token::scope::Scope;

use super::{Resource, ScopeWords, Settings, TokenType};
use crate::realm::Realm;

/// The scopes of the management API, with words.
pub const SCOPES: [(&str, &str); 16] = [
    ("clients:read", "See clients"),
    ("clients:write", "Create, change and end clients"),
    ("feed", "Follow what verifiers must know"),
    ("grants:read", "See what people allowed to clients"),
    ("grants:write", "Withdraw what people allowed to clients"),
    ("journal:read", "Read the journal"),
    ("keys:read", "See signing keys"),
    ("keys:write", "Rotate signing keys"),
    (
        "realms",
        "Create realms; with the first realm's tokens only",
    ),
    ("resources:read", "See resources"),
    ("resources:write", "Create, change and end resources"),
    ("revoke", "Revoke tokens and what they descend from"),
    ("sessions:read", "See who is signed in"),
    ("sessions:write", "Sign people out"),
    ("subjects:read", "See subjects"),
    ("subjects:write", "Create, change and end subjects"),
];

/// Whether a scope is not empty, and the management API knows all of it.
#[must_use]
pub fn is_management(scope: &Scope) -> bool {
    let known = |token: &str| SCOPES.iter().any(|(name, _)| *name == token);
    !scope.is_empty() && scope.iter().all(known)
}

/// The management API of a realm.
#[must_use]
pub fn management(realm: &Realm) -> Resource {
    let names = SCOPES.iter().map(|(name, _)| *name);
    Resource {
        node: ResourceNode(realm.node.0),
        realm: realm.node,
        audience: realm.management_audience(),
        is_default: false,
        settings: Settings {
            name: "Management API".to_owned(),
            scopes: SCOPES
                .iter()
                .map(|(name, words)| ScopeWords {
                    name: (*name).to_owned(),
                    description: (*words).to_owned(),
                })
                .collect(),
            token_format: Format::Jwt,
            token_algorithm: Algorithm::Es256,
            token_type: TokenType::AccessToken,
            token_encryption_alg: None,
            token_encryption_enc: None,
            jwks: None,
            jwks_uri: None,
            token_lifetime: None,
            owner: None,
        },
        scope: Scope::from_tokens(names).unwrap_or_default(),
        created_at: realm.created_at,
    }
}

#[cfg(test)]
mod tests {
    use symbolon_token::node::{NodeId, RealmNode};
    use symbolon_token::time::Time;

    use super::*;
    use crate::realm::Issuer;

    #[test]
    fn every_management_scope_is_a_scope() {
        let realm = Realm {
            node: RealmNode(NodeId::from_number(1).unwrap()),
            name: "main".to_owned(),
            issuer: Issuer::parse("https://a.example").unwrap(),
            created_at: Time(0),
        };
        let resource = management(&realm);
        assert_eq!(resource.scope.iter().count(), SCOPES.len());
        assert_eq!(resource.audience, "https://a.example/v1");
    }
}
