//! `/v1/resources`.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::arrange::{Reply, Site};

fn api() -> Value {
    json!({
        "audience": "https://api.example",
        "name": "The API",
        "is_default": true,
        "scopes": [{"name": "read", "description": "Read things"}, {"name": "write"}],
        "token_algorithm": "Ed25519",
    })
}

async fn create(site: &Site) -> Reply {
    let made = site.post("/v1/resources", &api()).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    made
}

fn path(made: &Reply) -> String {
    format!("/v1/resources/{}", made.json()["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_resource_is_made_and_shown() {
    let (site, _folder) = Site::open().await;
    let made = create(&site).await;
    insta::assert_snapshot!(made);
    let shown = site.get(&path(&made)).local().send().await;
    assert_eq!(shown.json(), made.json());
    let listed = site.get("/v1/resources").local().send().await;
    assert_eq!(listed.json(), json!({"items": [made.json()], "next": null}));
}

#[tokio::test]
async fn a_resource_is_merged_replaced_and_ended() {
    let (site, _folder) = Site::open().await;
    let path = path(&create(&site).await);
    let ask = |method, body: Value| site.ask(method, &path).json(&body).local();
    let merged = ask(Method::PATCH, json!({"token_lifetime": 60}))
        .send()
        .await;
    insta::assert_snapshot!("a_resource_is_merged", merged);
    let replaced = ask(Method::PUT, json!({"token_format": "opaque"}))
        .send()
        .await;
    insta::assert_snapshot!("a_resource_is_replaced", replaced);
    let end = || site.ask(Method::DELETE, &path).local();
    assert_eq!(end().send().await.status, StatusCode::NO_CONTENT);
    insta::assert_snapshot!("a_resource_is_unknown", end().send().await);
}

#[tokio::test]
async fn every_refusal_has_a_code_of_its_own() {
    let (site, _folder) = Site::open().await;
    create(&site).await;
    for (member, value, status, code) in [
        (
            "audience",
            json!("https://api.example"),
            409,
            "audience_taken",
        ),
        (
            "audience",
            json!("https://auth.example/v1"),
            400,
            "invalid_audience",
        ),
        ("audience", json!("a b"), 400, "invalid_audience"),
        ("audience", Value::Null, 400, "invalid_document"),
        ("scopes", json!([{"name": "a b"}]), 400, "invalid_scope"),
        ("name", json!("x".repeat(201)), 400, "invalid_name"),
        (
            "token_algorithm",
            json!("HS256"),
            400,
            "invalid_token_algorithm",
        ),
        ("token_algorithm", json!("none"), 400, "invalid_document"),
        ("token_lifetime", json!(0), 400, "invalid_token_lifetime"),
    ] {
        let mut new = api();
        new["audience"] = json!("https://other.example");
        new[member] = value;
        let reply = site.post("/v1/resources", &new).local().send().await;
        let found = (reply.status.as_u16(), reply.code());
        assert_eq!(found, (status, code.to_owned()), "{member}: {reply}");
    }
}
