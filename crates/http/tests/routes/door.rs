//! The three doors that a token meets: `/introspect`, `/revoke` and the demo resource. What is dead at
//! one is dead at all of them.

use std::fmt::Write;

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::arrange::{Reply, Site};

const AUDIENCE: &str = "https://auth.example/demo/resource";

const CLIENT: &str = "client_id=service-read&client_secret=a+secret+of+the+tests";

async fn site(format: &str) -> (Site, String, impl Sized) {
    let (site, folder) = Site::open().await;
    let new = json!({"audience": AUDIENCE, "token_format": format});
    let made = site.post("/v1/resources", &new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    let token = site.token("read", AUDIENCE).await;
    (site, token, folder)
}

fn encoded(token: &[u8]) -> String {
    token.iter().fold(String::new(), |mut text, byte| {
        write!(text, "%{byte:02x}").unwrap();
        text
    })
}

async fn at(site: &Site, door: &str, token: &[u8]) -> Reply {
    let form = format!("{CLIENT}&token={}", encoded(token));
    site.ask(Method::POST, door).form(&form).send().await
}

async fn is_alive(site: &Site, token: &str) -> bool {
    let told = at(site, "/introspect", token.as_bytes()).await.json();
    let demo = site.get("/demo/resource").bearer(token).send().await;
    assert_eq!(told["active"] == json!(true), demo.status == StatusCode::OK);
    demo.status == StatusCode::OK
}

/// Changes one bit of each character, another one from place to place.
async fn flip_each(format: &str) {
    let (site, token, _folder) = site(format).await;
    for place in 0..token.len() {
        let mut flipped = token.clone().into_bytes();
        flipped[place] ^= 1 << (place % 7);
        let told = at(&site, "/introspect", &flipped).await;
        assert_eq!(told.json(), json!({"active": false}), "{place}: {told}");
        let revoked = at(&site, "/revoke", &flipped).await;
        assert_eq!(revoked.status, StatusCode::OK, "{place}: {revoked}");
        let text = String::from_utf8(flipped).unwrap();
        if text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let demo = site.get("/demo/resource").bearer(&text).send().await;
            assert_eq!(demo.status, StatusCode::UNAUTHORIZED, "{place}: {demo}");
        }
    }
    assert!(is_alive(&site, &token).await);
}

#[tokio::test]
async fn a_jwt_changed_in_any_character_is_dead_at_every_door() {
    flip_each("jwt").await;
}

#[tokio::test]
async fn an_opaque_token_changed_in_any_character_is_dead_at_every_door() {
    flip_each("opaque").await;
}

#[tokio::test]
async fn a_revoked_token_is_dead_at_every_door_and_another_lives() {
    for format in ["jwt", "opaque"] {
        let (site, token, _folder) = site(format).await;
        let other = site.token("read", AUDIENCE).await;
        assert!(is_alive(&site, &token).await);
        let revoked = at(&site, "/revoke", token.as_bytes()).await;
        assert_eq!(revoked.status, StatusCode::OK, "{revoked}");
        assert!(!is_alive(&site, &token).await, "{format}");
        assert!(is_alive(&site, &other).await, "{format}");
    }
}
