//! `/v1/clients/{client_id}/secrets`.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::arrange::Site;

const SECRETS: &str = "/v1/clients/billing/secrets";

async fn site() -> (Site, impl Sized) {
    let (site, folder) = Site::open().await;
    let new = json!({
        "client_id": "billing",
        "client_secret": "the first one",
        "grant_types": ["client_credentials"],
    });
    let made = site.post("/v1/clients", &new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    (site, folder)
}

#[tokio::test]
async fn a_second_secret_is_issued_beside_the_first() {
    let (site, _folder) = site().await;
    let asked = json!({"client_secret_expires_at": 1_800_003_600});
    insta::assert_snapshot!(site.post(SECRETS, &asked).local().send().await);
    let listed = site.get(SECRETS).local().send().await;
    insta::assert_snapshot!("secrets_are_listed_without_their_texts", listed);
}

#[tokio::test]
async fn a_revoked_secret_kills_its_tokens_alone() {
    let (site, _folder) = site().await;
    let second = json!({"client_secret": "the second one"});
    site.post(SECRETS, &second).local().send().await;
    let token = async |secret: &str| {
        let form = format!(
            "grant_type=client_credentials&client_id=billing&client_secret={secret}\
             &resource=https://auth.example/v1"
        );
        site.ask(Method::POST, "/token").form(&form).send().await
    };
    let alive = async |token: &str| {
        let asked = json!({"token": token});
        let reply = site.post("/v1/tokens/verify", &asked).local().send().await;
        reply.json()["is_alive"].as_bool().unwrap()
    };
    let of_first = token("the+first+one").await.json();
    let of_second = token("the+second+one").await.json();
    let listed = site.get(SECRETS).local().send().await.json();
    let first = listed["items"][1]["id"].as_str().unwrap();
    let path = format!("{SECRETS}/{first}");
    let revoke = || site.ask(Method::DELETE, &path).local();
    assert_eq!(revoke().send().await.status, StatusCode::NO_CONTENT);
    assert!(!alive(of_first["access_token"].as_str().unwrap()).await);
    assert!(alive(of_second["access_token"].as_str().unwrap()).await);
    assert_eq!(
        token("the+first+one").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(revoke().send().await.code(), "client_secret_unknown");
}

#[tokio::test]
async fn a_suspended_secret_is_listed_as_disabled_until_it_is_resumed() {
    let (site, _folder) = site().await;
    let listed = async || {
        let page = site.get(SECRETS).local().send().await.json();
        let (one, state) = (&page["items"][0]["id"], &page["items"][0]["state"]);
        (one.clone(), state.clone())
    };
    let (secret, state) = listed().await;
    assert_eq!(state, "live");
    let asked = json!({"cause": {"client_secret": secret}, "reason": "mislaid"});
    for (path, expected) in [
        ("/v1/suspensions", "disabled"),
        ("/v1/suspensions/resume", "live"),
    ] {
        let done = site.post(path, &asked).local().send().await;
        assert_eq!(done.status, StatusCode::OK, "{done}");
        assert_eq!(listed().await, (secret.clone(), json!(expected)));
    }
}

#[tokio::test]
async fn a_client_without_secrets_gets_none() {
    let (site, _folder) = Site::open().await;
    let new = json!({
        "client_id": "app",
        "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://127.0.0.1/cb"],
    });
    site.post("/v1/clients", &new).local().send().await;
    let asked = site.post("/v1/clients/app/secrets", &json!({})).local();
    let reply = asked.send().await;
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::CONFLICT, "client_has_no_secrets".to_owned())
    );
}
