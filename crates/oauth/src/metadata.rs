//! Metadata of a realm (RFC 8414), also given at the address of OpenID Connect Discovery.
//!
//! Registered members only (RFC 8414 §7.1.2), the same at both addresses. What does not exist is not
//! announced.

use serde::Serialize;
use symbolon_identity::client::{ASSERTION_ALGORITHMS, AuthMethod};
use symbolon_identity::client_assertion::HS_ALGORITHMS;
use symbolon_identity::realm::Realm;
use symbolon_identity::resource::PERSONAL_SCOPES;
use symbolon_jose::Algorithm;
use symbolon_jose::jwe::{ContentEncryption, KeyManagement};
use symbolon_signin::flow;

use crate::token::GRANT_TYPES;
use crate::userinfo;

/// What may sign ID tokens and userinfo, the usual ones first.
const SIGNING: [Algorithm; 11] = [
    Algorithm::Rs256,
    Algorithm::Es256,
    Algorithm::Ps256,
    Algorithm::Ed25519,
    Algorithm::EdDsa,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Rs384,
    Algorithm::Rs512,
];

/// What ID tokens say beside a person's claims.
const TOKEN_CLAIMS: [&str; 11] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "at_hash",
];

/// The metadata of a realm.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of its own on the wire"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The issuer.
    pub issuer: String,
    /// Where people are sent to sign in and allow.
    pub authorization_endpoint: String,
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// Where a person's claims are told.
    pub userinfo_endpoint: String,
    /// Where people are sent to sign out.
    pub end_session_endpoint: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// Where tokens are asked about.
    pub introspection_endpoint: String,
    /// Where tokens are given up.
    pub revocation_endpoint: String,
    /// Where the lists of tokens that died before their time are
    /// (draft-ietf-oauth-status-list-21 §9.1).
    pub status_list_aggregation_endpoint: String,
    /// The grants that exist.
    pub grant_types_supported: &'static [&'static str],
    /// Codes alone.
    pub response_types_supported: &'static [&'static str],
    /// How the answer of the authorization endpoint travels.
    pub response_modes_supported: &'static [&'static str],
    /// The scopes that concern people; those of resources are the resources' own.
    pub scopes_supported: Vec<&'static str>,
    /// The claims about people that can be told.
    pub claims_supported: Vec<&'static str>,
    /// They are told by us, plainly.
    pub claim_types_supported: &'static [&'static str],
    /// They may be asked for by name.
    pub claims_parameter_supported: bool,
    /// Request objects are not read.
    pub request_parameter_supported: bool,
    /// Nor fetched, which OpenID Connect Discovery takes for granted otherwise.
    pub request_uri_parameter_supported: bool,
    /// How clients know people.
    pub subject_types_supported: &'static [&'static str],
    /// What may sign ID tokens.
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    /// What may sign what userinfo tells.
    pub userinfo_signing_alg_values_supported: Vec<&'static str>,
    /// How the keys of encrypted ID tokens may reach their clients.
    pub id_token_encryption_alg_values_supported: Vec<&'static str>,
    /// What may encrypt them.
    pub id_token_encryption_enc_values_supported: Vec<&'static str>,
    /// The same for what userinfo tells.
    pub userinfo_encryption_alg_values_supported: Vec<&'static str>,
    /// The same for what userinfo tells.
    pub userinfo_encryption_enc_values_supported: Vec<&'static str>,
    /// What may sign introspection's answers (RFC 9701 §7).
    pub introspection_signing_alg_values_supported: Vec<&'static str>,
    /// The same as for ID tokens.
    pub introspection_encryption_alg_values_supported: Vec<&'static str>,
    /// The same as for ID tokens.
    pub introspection_encryption_enc_values_supported: Vec<&'static str>,
    /// How codes are bound to who asked.
    pub code_challenge_methods_supported: &'static [&'static str],
    /// What a sign-in may be worth: one factor, as long as there are only passwords.
    pub acr_values_supported: &'static [&'static str],
    /// What clients may want people to be asked.
    pub prompt_values_supported: &'static [&'static str],
    /// What the pages speak.
    pub ui_locales_supported: &'static [&'static str],
    /// Every answer of the authorization endpoint says whose it is (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// Clients are told when a session ends.
    pub backchannel_logout_supported: bool,
    /// And which one.
    pub backchannel_logout_session_supported: bool,
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
    let signing: Vec<_> = SIGNING.iter().map(|one| one.name()).collect();
    let managing = KeyManagement::ASYMMETRIC;
    let managing: Vec<_> = managing.iter().map(|one| one.name()).collect();
    let encrypting = ContentEncryption::ALL;
    let encrypting: Vec<_> = encrypting.iter().map(|one| one.name()).collect();
    Metadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: at("authorize"),
        token_endpoint: realm.token_endpoint(),
        userinfo_endpoint: realm.userinfo_endpoint(),
        end_session_endpoint: at("logout"),
        jwks_uri: at("jwks"),
        introspection_endpoint: at("introspect"),
        revocation_endpoint: at("revoke"),
        status_list_aggregation_endpoint: at("status"),
        grant_types_supported: &GRANT_TYPES,
        response_types_supported: &["code"],
        response_modes_supported: &["query", "form_post"],
        scopes_supported: PERSONAL_SCOPES.iter().map(|(name, _)| *name).collect(),
        claims_supported: TOKEN_CLAIMS.into_iter().chain(userinfo::claims()).collect(),
        claim_types_supported: &["normal"],
        claims_parameter_supported: true,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        subject_types_supported: &["public", "pairwise"],
        id_token_signing_alg_values_supported: signing.clone(),
        userinfo_signing_alg_values_supported: signing.clone(),
        id_token_encryption_alg_values_supported: managing.clone(),
        id_token_encryption_enc_values_supported: encrypting.clone(),
        userinfo_encryption_alg_values_supported: managing.clone(),
        userinfo_encryption_enc_values_supported: encrypting.clone(),
        introspection_signing_alg_values_supported: signing,
        introspection_encryption_alg_values_supported: managing,
        introspection_encryption_enc_values_supported: encrypting,
        code_challenge_methods_supported: &["S256"],
        acr_values_supported: &[flow::SINGLE],
        prompt_values_supported: &["none", "login", "consent", "select_account"],
        ui_locales_supported: &["en"],
        authorization_response_iss_parameter_supported: true,
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
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
        assert_eq!(
            json["authorization_endpoint"],
            "https://example.com/one/authorize"
        );
        assert_eq!(
            json["response_types_supported"],
            serde_json::json!(["code"])
        );
        let methods = &json["token_endpoint_auth_methods_supported"];
        assert_eq!(methods[0], "client_secret_basic");
    }
}
