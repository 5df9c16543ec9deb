//! Metadata of a realm (RFC 8414), also given at the address of OpenID Connect Discovery.
//!
//! Registered members only. What does not exist yet is not announced: no authorization endpoint, and
//! no response type, until people can sign in.

use serde::Serialize;
use symbolon_identity::client::{ASSERTION_ALGORITHMS, AuthMethod};
use symbolon_identity::client_assertion::HS_ALGORITHMS;
use symbolon_identity::realm::Realm;

use crate::token::GRANT_TYPES;

/// The metadata of a realm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The issuer.
    pub issuer: String,
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// Where tokens are asked about.
    pub introspection_endpoint: String,
    /// Where tokens are given up.
    pub revocation_endpoint: String,
    /// The grants that exist.
    pub grant_types_supported: &'static [&'static str],
    /// None until people can sign in.
    pub response_types_supported: &'static [&'static str],
    /// How clients prove themselves.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// What their assertions may be signed with.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// The same at introspection.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// The same at introspection.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// The same at revocation.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// The same at revocation.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
}

/// The metadata of a realm.
#[must_use]
pub fn metadata(realm: &Realm) -> Metadata {
    let issuer = realm.issuer.as_str();
    let at = |name: &str| format!("{issuer}/{name}");
    let methods: Vec<_> = AuthMethod::ALL.iter().map(|method| method.name()).collect();
    let confidential = AuthMethod::ALL
        .iter()
        .filter(|method| **method != AuthMethod::None)
        .map(|method| method.name())
        .collect();
    let by_key_or_secret = ASSERTION_ALGORITHMS.iter().chain(&HS_ALGORITHMS);
    let algorithms: Vec<_> = by_key_or_secret.map(|one| one.name()).collect();
    Metadata {
        issuer: issuer.to_owned(),
        token_endpoint: realm.token_endpoint(),
        jwks_uri: at("jwks"),
        introspection_endpoint: at("introspect"),
        revocation_endpoint: at("revoke"),
        grant_types_supported: &GRANT_TYPES,
        response_types_supported: &[],
        token_endpoint_auth_methods_supported: methods.clone(),
        token_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
        introspection_endpoint_auth_methods_supported: confidential,
        introspection_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
        revocation_endpoint_auth_methods_supported: methods,
        revocation_endpoint_auth_signing_alg_values_supported: algorithms,
    }
}

#[cfg(test)]
mod tests {
    use symbolon_identity::realm::Issuer;
    use symbolon_token::node::{NodeId, RealmNode};
    use symbolon_token::time::Time;

    use super::*;

    #[test]
    fn every_endpoint_stands_under_the_issuer() {
        let realm = Realm {
            node: RealmNode(NodeId::from_number(1).unwrap()),
            name: "main".to_owned(),
            issuer: Issuer::parse("https://example.com/one").unwrap(),
            created_at: Time(0),
        };
        let json = serde_json::to_value(metadata(&realm)).unwrap();
        assert_eq!(json["token_endpoint"], "https://example.com/one/token");
        assert_eq!(json["jwks_uri"], "https://example.com/one/jwks");
        assert_eq!(json["response_types_supported"], serde_json::json!([]));
        let methods = &json["token_endpoint_auth_methods_supported"];
        assert_eq!(methods[0], "client_secret_basic");
    }
}
