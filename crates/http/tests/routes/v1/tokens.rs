//! `/v1/tokens/…`.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::arrange::Site;

const AUDIENCE: &str = "https://api.example";

async fn site() -> (Site, String, impl Sized) {
    let (site, folder) = Site::open().await;
    let new = json!({"audience": AUDIENCE, "token_format": "opaque"});
    let made = site.post("/v1/resources", &new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    let token = site.token("read", AUDIENCE).await;
    (site, token, folder)
}

async fn ask(site: &Site, action: &str, token: &str) -> crate::arrange::Reply {
    let asked = json!({"token": token});
    site.post(&format!("/v1/tokens/{action}"), &asked)
        .local()
        .send()
        .await
}

#[tokio::test]
async fn a_token_is_verified_inspected_and_revoked() {
    let (site, token, _folder) = site().await;
    insta::assert_snapshot!("a_living_token", ask(&site, "verify", &token).await);
    insta::assert_snapshot!(
        "a_living_token_s_story",
        ask(&site, "inspect", &token).await
    );
    insta::assert_snapshot!("a_token_is_revoked", ask(&site, "revoke", &token).await);
    insta::assert_snapshot!("a_dead_token", ask(&site, "verify", &token).await);
    insta::assert_snapshot!("a_dead_token_s_story", ask(&site, "inspect", &token).await);
}

#[tokio::test]
async fn what_is_nobody_s_token_is_dead_and_said_not_to_be_revoked() {
    let (site, _, _folder) = site().await;
    for text in ["", "x", "a.b.c", "\u{0}", "sym_at_"] {
        if text == "\u{0}" {
            let refused = ask(&site, "verify", text).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST);
            continue;
        }
        for action in ["verify", "inspect"] {
            let reply = ask(&site, action, text).await;
            assert_eq!(reply.json()["is_alive"], json!(false), "{text}: {reply}");
        }
        let refused = ask(&site, "revoke", text).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{text}: {refused}");
        assert_eq!(refused.code(), "token_unknown");
    }
}

#[tokio::test]
async fn a_refused_token_request_of_a_known_client_is_in_the_journal() {
    let (site, _, _folder) = site().await;
    let new = json!({
        "client_id": "curious", "client_secret": "brought along", "scope": "read",
        "grant_types": ["client_credentials"],
    });
    site.post("/v1/clients", &new).local().send().await;
    let form = "grant_type=client_credentials&scope=write&client_id=curious\
                &client_secret=brought+along&resource=https%3A%2F%2Fapi.example";
    let refused = site.ask(Method::POST, "/token").form(form).send().await;
    assert_eq!(refused.json()["error"], "invalid_scope", "{refused}");
    let journal = site.get("/v1/journal?limit=1").local().send().await.json();
    let last = &journal["items"][0];
    assert_eq!(last["outcome"], "refused", "{journal}");
    assert_eq!(last["verb"], "issue");
    assert_eq!(last["reason"], "invalid_scope");
}

#[tokio::test]
async fn a_cache_is_told_that_answers_differ_by_origin() {
    let (site, _folder) = Site::open().await;
    let keys = site.get("/jwks").send().await;
    assert_eq!(keys.header("vary"), "origin", "{keys}");
}

#[tokio::test]
async fn each_step_of_a_token_is_in_the_journal() {
    let (site, token, _folder) = site().await;
    ask(&site, "revoke", &token).await;
    let story = ask(&site, "inspect", &token).await.json();
    let journal = story["journal"].as_array().unwrap();
    let verbs: Vec<&Value> = journal.iter().map(|record| &record["verb"]).collect();
    assert_eq!(json!(verbs), json!(["revoke", "issue"]));
}
