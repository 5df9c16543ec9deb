//! `/jwks`.

use axum::http::header::{ETAG, IF_NONE_MATCH};
use serde_json::json;

use super::{API, site, token, told};

#[tokio::test]
async fn every_published_key_says_what_it_is_for() {
    let (site, _folder) = site().await;
    let rotated = site.post("/v1/keys/rotate", &json!({"algorithm": "ES256"}));
    rotated.local().send().await;
    let ed25519 = json!({"audience": "https://ed.example", "token_algorithm": "Ed25519"});
    site.post("/v1/resources", &ed25519).local().send().await;
    token(&site, "https://ed.example").await;
    insta::assert_snapshot!(told(site.get("/jwks").send().await));
}

#[tokio::test]
async fn a_set_that_is_known_is_not_sent_again() {
    let (site, _folder) = site().await;
    token(&site, API).await;
    let sent = site.get("/jwks").send().await;
    let tag = sent.header(ETAG.as_str()).to_owned();
    let again = site.get("/jwks").header(IF_NONE_MATCH.as_str(), &tag);
    insta::assert_snapshot!(told(again.send().await));
    let other = site.get("/jwks").header(IF_NONE_MATCH.as_str(), "\"x\"");
    assert_eq!(other.send().await.text(), sent.text());
}
