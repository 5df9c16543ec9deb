//! `/token` with a refresh token.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::code::claims;
use crate::arrange::Site;
use crate::page::{Browser, client, lives, refresh, site};

const OFFLINE: [(&str, &str); 1] = [("scope", "openid read write offline_access")];

async fn given(site: &Site, person: &str, client_id: &str) -> Value {
    let mut browser = Browser::of(site, person).await;
    browser.tokens(client_id, &OFFLINE).await
}

async fn next(site: &Site, client_id: &str, given: &Value, more: &str) -> Value {
    let reply = refresh(site, client_id, given, more).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    reply.json()
}

async fn refused(site: &Site, client_id: &str, given: &Value, more: &str) -> Value {
    let reply = refresh(site, client_id, given, more).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{reply}");
    reply.json()["error"].clone()
}

#[tokio::test]
async fn a_refresh_tells_of_the_same_sign_in() {
    let (site, ada, _folder) = site().await;
    let first = given(&site, &ada, "own").await;
    site.later(Duration::from_mins(20)).await;
    let second = next(&site, "own", &first, "").await;
    assert_eq!(second["scope"], first["scope"]);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let (old, new) = (claims(&first["id_token"]), claims(&second["id_token"]));
    for same in [
        "iss",
        "sub",
        "aud",
        "nonce",
        "auth_time",
        "sid",
        "amr",
        "acr",
    ] {
        assert_eq!(old[same], new[same], "{same}");
        assert_ne!(new[same], Value::Null, "{same}");
    }
    for other in ["iat", "exp", "at_hash"] {
        assert_ne!(old[other], new[other], "{other}");
    }
}

#[tokio::test]
async fn a_scope_may_be_repeated_in_full_or_narrowed_but_not_widened() {
    let (site, ada, _folder) = site().await;
    let first = given(&site, &ada, "own").await;
    let full = "scope=openid+read+write+offline_access";
    let second = next(&site, "own", &first, full).await;
    assert_eq!(second["scope"], "openid offline_access read write");
    let narrow = next(&site, "own", &second, "scope=read").await;
    assert_eq!(
        (&narrow["scope"], &narrow["id_token"]),
        (&json!("read"), &Value::Null)
    );
    // The family keeps what was allowed.
    let again = next(&site, "own", &narrow, "").await;
    assert_eq!(again["scope"], "openid offline_access read write");
    for wider in ["scope=openid+email", "scope=admin", "scope=%22"] {
        assert_eq!(
            refused(&site, "own", &again, wider).await,
            "invalid_scope",
            "{wider}"
        );
    }
    let other = "resource=https://x.example";
    assert_eq!(refused(&site, "own", &again, other).await, "invalid_target");
    // None of these turned it.
    next(&site, "own", &again, "").await;
}

#[tokio::test]
async fn offline_access_may_be_repeated_where_it_was_not_allowed() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let first = browser.tokens("own", &[]).await;
    let second = next(&site, "own", &first, "scope=openid+read+offline_access").await;
    assert_eq!(second["scope"], "openid read");
}

#[tokio::test]
async fn a_retry_gets_the_same_successor_until_that_is_used_or_the_window_closes() {
    let (site, ada, _folder) = site().await;
    let first = given(&site, &ada, "own").await;
    let second = next(&site, "own", &first, "").await;
    site.later(Duration::from_secs(30)).await;
    let again = next(&site, "own", &first, "").await;
    assert_eq!(again["refresh_token"], second["refresh_token"]);
    let third = next(&site, "own", &second, "").await;
    assert_eq!(refused(&site, "own", &first, "").await, "invalid_grant");
    assert_eq!(refused(&site, "own", &third, "").await, "invalid_grant");
    assert!(!lives(&site, "own", &third["access_token"]).await);
    assert!(!lives(&site, "own", &again["access_token"]).await);
    let first = given(&site, &ada, "own").await;
    let second = next(&site, "own", &first, "").await;
    site.later(Duration::from_millis(30_001)).await;
    assert_eq!(refused(&site, "own", &first, "").await, "invalid_grant");
    assert_eq!(refused(&site, "own", &second, "").await, "invalid_grant");
    let path = "/v1/journal?noun=refresh&verb=revoke";
    let read = site.get(path).local().send().await.json();
    let reasons: Vec<_> = read["items"].as_array().unwrap().iter().collect();
    assert_eq!(reasons.len(), 2);
    assert_eq!(reasons[0]["reason"], "refresh token reused");
}

#[tokio::test]
async fn another_client_that_presents_it_ends_the_family() {
    let (site, ada, _folder) = site().await;
    let first = given(&site, &ada, "own").await;
    assert_eq!(refused(&site, "web", &first, "").await, "invalid_grant");
    assert_eq!(refused(&site, "own", &first, "").await, "invalid_grant");
    assert!(!lives(&site, "own", &first["access_token"]).await);
}

#[tokio::test]
async fn rotation_may_be_switched_off_for_a_confidential_client_alone() {
    let (site, ada, _folder) = site().await;
    let steady = json!({"first_party": true, "rotate_refresh_tokens": false});
    client(&site, "steady", &steady).await;
    let first = given(&site, &ada, "steady").await;
    for _ in 0..3 {
        site.later(Duration::from_mins(11)).await;
        let again = next(&site, "steady", &first, "").await;
        assert_eq!(again["refresh_token"], first["refresh_token"]);
    }
    let public = json!({
        "client_id": "public",
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://public.example/back"],
        "rotate_refresh_tokens": false,
    });
    let made = site.post("/v1/clients", &public).local().send().await;
    assert!(made.status.is_client_error(), "{made}");
}

#[tokio::test]
async fn a_family_ends_unused_and_at_its_end() {
    let (site, ada, _folder) = site().await;
    let short = json!({
        "first_party": true,
        "refresh_token_lifetime": 7200,
        "refresh_token_idle_lifetime": 3600,
    });
    client(&site, "short", &short).await;
    let idle = given(&site, &ada, "short").await;
    let mut busy = given(&site, &ada, "short").await;
    for _ in 0..2 {
        site.later(Duration::from_mins(59)).await;
        busy = next(&site, "short", &busy, "").await;
    }
    assert_eq!(refused(&site, "short", &idle, "").await, "invalid_grant");
    site.later(Duration::from_mins(2)).await;
    assert_eq!(refused(&site, "short", &busy, "").await, "invalid_grant");
}

#[tokio::test]
async fn without_offline_access_it_ends_with_the_session_s_time() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let online = browser.tokens("own", &[]).await;
    let offline = browser.tokens("own", &OFFLINE).await;
    // Refreshing is use of the session; left alone, it ends after a day.
    site.later(Duration::from_hours(23)).await;
    let online = next(&site, "own", &online, "").await;
    site.later(Duration::from_hours(23)).await;
    let online = next(&site, "own", &online, "").await;
    site.later(Duration::from_hours(25)).await;
    assert_eq!(refused(&site, "own", &online, "").await, "invalid_grant");
    next(&site, "own", &offline, "").await;
}

#[tokio::test]
async fn a_client_may_revoke_its_refresh_token() {
    let (site, ada, _folder) = site().await;
    let first = given(&site, &ada, "own").await;
    let text = first["refresh_token"].as_str().unwrap();
    let form = format!("{}&token={text}", crate::page::proof("own"));
    let reply = super::post(&site, "/revoke", &form).send().await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    assert_eq!(refused(&site, "own", &first, "").await, "invalid_grant");
    assert!(!lives(&site, "own", &first["access_token"]).await);
}

#[tokio::test]
async fn a_person_who_is_disabled_refreshes_nothing() {
    let (site, ada, _folder) = site().await;
    let first = given(&site, &ada, "own").await;
    let path = format!("/v1/subjects/{ada}/disable");
    let done = site
        .ask(axum::http::Method::POST, &path)
        .local()
        .send()
        .await;
    assert!(done.status.is_success(), "{done}");
    assert_eq!(refused(&site, "own", &first, "").await, "invalid_grant");
    assert!(!lives(&site, "own", &first["access_token"]).await);
}

#[tokio::test]
async fn a_public_clients_family_turns_and_ends_when_another_client_has_it() {
    let (site, ada, _folder) = site().await;
    let first = given(&site, &ada, "app").await;
    let second = next(&site, "app", &first, "").await;
    let again = next(&site, "app", &first, "").await;
    assert_eq!(again["refresh_token"], second["refresh_token"]);
    assert_eq!(refused(&site, "web", &second, "").await, "invalid_grant");
    assert_eq!(refused(&site, "app", &second, "").await, "invalid_grant");
}

#[tokio::test]
async fn what_an_operator_takes_away_is_refreshed_no_more() {
    let (site, ada, _folder) = site().await;
    let first = given(&site, &ada, "own").await;
    let patch = async |body: Value| {
        let done = site.ask(Method::PATCH, "/v1/clients/own").local();
        let done = done.json(&body).send().await;
        assert!(done.status.is_success(), "{done}");
    };
    patch(json!({"scope": "openid read"})).await;
    let second = next(&site, "own", &first, "").await;
    assert_eq!(second["scope"], "openid read");
    patch(json!({"grant_types": ["authorization_code"]})).await;
    let refused = refused(&site, "own", &second, "").await;
    assert_eq!(refused, "unauthorized_client");
}
