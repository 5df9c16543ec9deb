//! `/v1/keys`.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::arrange::Site;

#[tokio::test]
async fn a_realm_begins_with_one_active_key() {
    let (site, _folder) = Site::open().await;
    insta::assert_snapshot!(site.get("/v1/keys").local().send().await);
}

#[tokio::test]
async fn a_successor_is_announced_or_signs_at_once() {
    let (site, _folder) = Site::open().await;
    let rotate = |body| site.post("/v1/keys/rotate", &body).local();
    let announced = rotate(json!({"algorithm": "ES256"})).send().await;
    insta::assert_snapshot!("a_successor_is_announced", announced);
    let again = rotate(json!({"algorithm": "ES256"})).send().await;
    insta::assert_snapshot!("a_second_successor_is_refused", again);
    let now = rotate(json!({"algorithm": "ES256", "at_once": true}))
        .send()
        .await;
    assert_eq!(now.json()["kid"], announced.json()["kid"]);
    let listed = site.get("/v1/keys").local().send().await.json();
    let phases: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["phase"])
        .collect();
    assert_eq!(json!(phases), json!(["active", "retiring"]));
}

#[tokio::test]
async fn an_algorithm_without_a_key_has_nothing_to_rotate() {
    let (site, _folder) = Site::open().await;
    for algorithm in ["RS256", "HS256", "none", ""] {
        let asked = json!({"algorithm": algorithm});
        let reply = site.post("/v1/keys/rotate", &asked).local().send().await;
        let found = (reply.status, reply.code());
        assert_eq!(
            found,
            (StatusCode::NOT_FOUND, "key_unknown".to_owned()),
            "{algorithm}"
        );
    }
}

#[tokio::test]
async fn a_revoked_key_kills_what_it_signed() {
    let (site, _folder) = Site::open().await;
    let token = site.token("keys:read", "https://auth.example/v1").await;
    let alive = site.get("/v1/keys").bearer(&token).send().await;
    assert_eq!(alive.status, StatusCode::OK, "{alive}");
    let kid = alive.json()["items"][0]["kid"].as_str().unwrap().to_owned();
    let path = format!("/v1/keys/{kid}/revoke");
    let revoke = || site.ask(Method::POST, &path).local();
    insta::assert_snapshot!("a_key_is_revoked", revoke().send().await);
    assert_eq!(revoke().send().await.code(), "key_revoked");
    let dead = site.get("/v1/keys").bearer(&token).send().await;
    assert_eq!(dead.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_member_that_is_not_known_is_refused_before_anything_is_announced() {
    let (site, _folder) = Site::open().await;
    let asked = json!({"algorithm": "ES256", "now": true});
    let reply = site.post("/v1/keys/rotate", &asked).local().send().await;
    insta::assert_snapshot!("now_is_no_member", reply);
    let listed = site.get("/v1/keys").local().send().await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}
