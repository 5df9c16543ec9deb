//! `/demo/resource`.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use crate::arrange::Site;
use crate::page::{self, Browser};

const AUDIENCE: &str = "https://auth.example/demo/resource";

const METADATA: &str = "https://auth.example/.well-known/oauth-protected-resource/demo/resource";

async fn with_resource(site: &Site) {
    let new = json!({"audience": AUDIENCE, "is_default": true, "token_format": "opaque"});
    let made = site.post("/v1/resources", &new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
}

#[tokio::test]
async fn a_live_token_gets_its_claims() {
    let (site, _folder) = Site::open().await;
    with_resource(&site).await;
    let token = site.token("read", AUDIENCE).await;
    insta::assert_snapshot!(site.get("/demo/resource").bearer(&token).send().await);
}

#[tokio::test]
async fn without_a_token_it_says_which_kind_it_wants() {
    let (site, _folder) = Site::open().await;
    insta::assert_snapshot!(site.get("/demo/resource").send().await);
}

#[tokio::test]
async fn it_describes_itself_where_it_says() {
    let (site, _folder) = Site::open().await;
    let path = METADATA.strip_prefix("https://auth.example").unwrap();
    let reply = site.get(path).send().await;
    assert_eq!(reply.header("content-type"), "application/json");
    let expected = json!({
        "resource": AUDIENCE,
        "authorization_servers": ["https://auth.example"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Symbolon's demo resource",
    });
    assert_eq!(reply.json(), expected);
}

#[tokio::test]
async fn no_other_token_is_accepted() {
    let (site, _folder) = Site::open().await;
    with_resource(&site).await;
    let token = site.token("read", AUDIENCE).await;
    let admin = site.admin().await;
    let changed = format!("{}x", &token[..token.len() - 1]);
    for wrong in ["", "x", "a.b.c", &admin, &changed] {
        let reply = site.get("/demo/resource").bearer(wrong).send().await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{wrong}");
        let challenge = reply.header("www-authenticate");
        let expected = format!("Bearer error=\"invalid_token\", resource_metadata=\"{METADATA}\"");
        assert_eq!(challenge, expected, "{wrong}");
    }
    site.later(Duration::from_mins(10)).await;
    let expired = site.get("/demo/resource").bearer(&token).send().await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_revoked_token_is_dead_at_once() {
    let (site, _folder) = Site::open().await;
    with_resource(&site).await;
    let token = site.token("read", AUDIENCE).await;
    let alive = site.get("/demo/resource").bearer(&token).send().await;
    assert_eq!(alive.status, StatusCode::OK);
    let asked = json!({"token": token});
    let revoked = site.post("/v1/tokens/revoke", &asked).local().send().await;
    assert_eq!(revoked.status, StatusCode::OK, "{revoked}");
    let dead = site.get("/demo/resource").bearer(&token).send().await;
    assert_eq!(dead.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_jwt_is_verified_offline_and_still_dead_at_once() {
    let (site, _folder) = Site::open().await;
    let new = json!({"audience": AUDIENCE, "is_default": true});
    let made = site.post("/v1/resources", &new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    let (one, other) = (
        site.token("read", AUDIENCE).await,
        site.token("read", AUDIENCE).await,
    );
    for token in [&one, &other] {
        let alive = site.get("/demo/resource").bearer(token).send().await;
        assert_eq!(alive.status, StatusCode::OK, "{alive}");
        assert_eq!(alive.json()["aud"], json!(AUDIENCE));
    }
    let asked = json!({"token": one});
    let revoked = site.post("/v1/tokens/revoke", &asked).local().send().await;
    assert_eq!(revoked.status, StatusCode::OK, "{revoked}");
    let dead = site.get("/demo/resource").bearer(&one).send().await;
    assert_eq!(dead.status, StatusCode::UNAUTHORIZED);
    let alive = site.get("/demo/resource").bearer(&other).send().await;
    assert_eq!(alive.status, StatusCode::OK);
    site.later(Duration::from_mins(10)).await;
    let expired = site.get("/demo/resource").bearer(&other).send().await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_demo_app_takes_only_the_answer_that_it_asked_for() {
    let (site, ada, _folder) = page::site().await;
    let app = json!({
        "token_endpoint_auth_method": "none",
        "first_party": true,
        "redirect_uris": ["https://auth.example/demo/app/callback"],
    });
    page::client(&site, "demo-app", &app).await;
    let mut browser = Browser::of(&site, &ada).await;
    let mut answer = async || {
        let begun = browser.get("/demo/app").await;
        let sent = browser.follow(&begun).await;
        let back = sent.header("location").to_owned();
        back.strip_prefix("https://auth.example")
            .unwrap()
            .to_owned()
    };
    let (older, back) = (answer().await, answer().await);
    let foreign = browser.get(&older).await;
    assert_eq!(foreign.status, StatusCode::SEE_OTHER);
    assert_eq!(foreign.header("location"), "/");
    let told = browser.get(&back).await;
    assert_eq!(told.status, StatusCode::OK, "{told}");
    assert!(told.text().contains("Ada Lovelace"));
}
