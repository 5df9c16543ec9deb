//! What programs meet (RFC 6749, 7009, 7517, 7662, 8414): each answer whole, but for what differs
//! from run to run.

mod code;
mod cors;
mod encrypted;
mod introspect;
mod jwks;
mod metadata;
mod pairwise;
mod refresh;
mod revoke;
pub(crate) mod status_list;
mod token;
mod userinfo;

use axum::http::header::CONTENT_LENGTH;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::arrange::{Ask, Reply, Site};

const API: &str = "https://api.example";
const OPAQUE: &str = "https://opaque.example";
const ORIGIN: &str = "https://app.example";

/// How the client `billing` proves itself by parameters.
const BILLING: &str = "client_id=billing&client_secret=a+secret+of+the+tests";

/// The same of `other`.
const OTHER: &str = "client_id=other&client_secret=another+secret+of+the+tests";

/// The same of `billing`, by a header: `billing:a+secret+of+the+tests`.
const BASIC: &str = "Basic YmlsbGluZzphK3NlY3JldCtvZit0aGUrdGVzdHM=";

/// A realm with a default resource, one whose tokens are opaque, two services and a public client.
async fn site() -> (Site, impl Sized) {
    let (site, folder) = Site::open().await;
    let scopes = json!([{"name": "read"}, {"name": "write"}]);
    for (path, new) in [
        (
            "/v1/resources",
            json!({"audience": API, "is_default": true, "scopes": scopes}),
        ),
        (
            "/v1/resources",
            json!({"audience": OPAQUE, "token_format": "opaque", "scopes": scopes}),
        ),
        (
            "/v1/clients",
            json!({
                "client_id": "billing",
                "client_secret": "a secret of the tests",
                "grant_types": ["client_credentials"],
                "scope": "read write",
                "origins": [ORIGIN],
            }),
        ),
        (
            "/v1/clients",
            json!({
                "client_id": "other",
                "client_secret": "another secret of the tests",
                "grant_types": ["client_credentials"],
            }),
        ),
        (
            "/v1/clients",
            json!({
                "client_id": "app",
                "token_endpoint_auth_method": "none",
                "grant_types": ["authorization_code"],
                "redirect_uris": ["https://app.example/back"],
            }),
        ),
    ] {
        let made = site.post(path, &new).local().send().await;
        assert_eq!(made.status, StatusCode::CREATED, "{made}");
    }
    (site, folder)
}

fn post<'s>(site: &'s Site, path: &str, form: &str) -> Ask<'s> {
    site.ask(Method::POST, path).form(form)
}

/// What is asked for as `billing`.
async fn by_billing(site: &Site, path: &str, form: &str) -> Reply {
    post(site, path, &format!("{BILLING}&{form}")).send().await
}

/// A token of `billing`.
async fn token(site: &Site, audience: &str) -> String {
    let form = format!("grant_type=client_credentials&resource={audience}");
    let reply = by_billing(site, "/token", &form).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

/// A reply as its snapshot shows it: what is random stands there by its name, and with a JWT the
/// length that it gives.
fn told(mut reply: Reply) -> String {
    if let Ok(mut body) = serde_json::from_slice(&reply.body) {
        name_random(&mut body);
        reply.body = body.to_string().into();
        if body["access_token"] == "[jwt]" {
            let length = "[length]".parse().unwrap();
            reply.headers.insert(CONTENT_LENGTH, length);
        }
    }
    if let Some(tag) = reply.headers.get_mut("etag") {
        *tag = "[etag]".parse().unwrap();
    }
    reply.to_string()
}

fn name_random(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(name_random),
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), &*value) {
                    ("access_token", Value::String(token)) if token.starts_with("ey") => {
                        *value = "[jwt]".into();
                    }
                    ("x" | "y", _) => *value = "[coordinate]".into(),
                    _ => name_random(value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
