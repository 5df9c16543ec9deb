//! Whatever is sent, it is answered, and never with a 5xx.

use axum::http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::arrange::Site;

/// Where documents are read.
const PATHS: [&str; 12] = [
    "/v1/clients",
    "/v1/clients/billing",
    "/v1/clients/billing/secrets",
    "/v1/resources",
    "/v1/subjects",
    "/v1/realms",
    "/v1/keys/rotate",
    "/v1/revocations",
    "/v1/tokens/inspect",
    "/v1/tokens/verify",
    "/v1/tokens/revoke",
    "/v1/tokens/why",
];

/// Members of all documents.
const MEMBERS: [&str; 18] = [
    "client_id",
    "client_secret",
    "client_secret_expires_at",
    "grant_types",
    "redirect_uris",
    "scope",
    "jwks",
    "access_token_lifetime",
    "audience",
    "scopes",
    "token_lifetime",
    "kind",
    "name",
    "issuer",
    "algorithm",
    "token",
    "cause",
    "reason",
];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[a-z]{1,8}".prop_map(Value::from),
        Just(json!("client_credentials")),
        Just(json!(["client_credentials"])),
        Just(json!([{"name": "read"}])),
        Just(json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]})),
        Just(json!("https://b.example")),
        Just(json!("x".repeat(5000))),
        Just(json!("ES256")),
    ]
}

fn document() -> impl Strategy<Value = Value> {
    let member = (prop::sample::select(&MEMBERS[..]), value());
    let members = prop::collection::vec(member, 0..6);
    members.prop_map(|members| {
        let members = members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(members.collect::<Map<_, _>>())
    })
}

/// What clients ask with, and what nobody does.
const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW",
];

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(&METHODS[..]).prop_map(|name| name.parse().unwrap())
}

#[test]
fn no_request_is_answered_with_a_5xx() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (site, _folder) = runtime.block_on(Site::open());
    let asked = (
        method(),
        "(/|/v1|/setup|/demo|/token|/introspect|/revoke|/jwks|/\\.well-known)(/[a-z%0-9?&=.:-]{0,12}){0,4}",
        prop::collection::vec(any::<u8>(), 0..200),
        prop::sample::select(&["application/json", "application/x-www-form-urlencoded", "x"][..]),
    );
    proptest!(|((method, path, body, kind) in asked)| {
        prop_assume!(path.parse::<axum::http::Uri>().is_ok());
        let ask = site.ask(method, &path).body(kind, body).local();
        let reply = runtime.block_on(ask.send());
        prop_assert!(!reply.status.is_server_error(), "{}: {}", path, reply);
    });
}

#[test]
fn no_document_is_answered_with_a_5xx() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (site, _folder) = runtime.block_on(Site::open());
    let client = json!({"client_id": "billing", "grant_types": ["client_credentials"]});
    let made = runtime.block_on(site.post("/v1/clients", &client).local().send());
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    let asked = (method(), prop::sample::select(&PATHS[..]), document());
    proptest!(|((method, path, document) in asked)| {
        let ask = site.ask(method, path).json(&document).local();
        let reply = runtime.block_on(ask.send());
        prop_assert!(!reply.status.is_server_error(), "{}: {}", path, reply);
    });
}
