//! `/v1/subjects`.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::arrange::Site;

#[tokio::test]
async fn a_subject_lives_is_disabled_and_ends() {
    let (site, _folder) = Site::open().await;
    let new = json!({"kind": "device", "name": "Door 7"});
    let made = site.post("/v1/subjects", &new).local().send().await;
    insta::assert_snapshot!("a_subject_is_made", made);
    let path = format!("/v1/subjects/{}", made.json()["id"].as_str().unwrap());
    let shown = site.get(&path).local().send().await;
    assert_eq!(shown.json(), made.json());
    let disable = site.ask(Method::POST, &format!("{path}/disable")).local();
    insta::assert_snapshot!("a_subject_is_disabled", disable.send().await);
    let listed = site.get("/v1/subjects").local().send().await;
    assert_eq!(listed.json()["items"][0]["state"], "disabled");
    let enable = site.ask(Method::POST, &format!("{path}/enable")).local();
    assert_eq!(enable.send().await.json()["state"], "live");
    let end = || site.ask(Method::DELETE, &path).local();
    assert_eq!(end().send().await.status, StatusCode::NO_CONTENT);
    insta::assert_snapshot!("a_subject_is_unknown", end().send().await);
}

#[tokio::test]
async fn a_service_comes_with_its_client_only() {
    let (site, _folder) = Site::open().await;
    let service = json!({"kind": "service", "name": "billing"});
    let refused = site.post("/v1/subjects", &service).local().send().await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::BAD_REQUEST, "invalid_kind".to_owned())
    );
    let nameless = json!({"kind": "agent", "name": ""});
    let refused = site.post("/v1/subjects", &nameless).local().send().await;
    assert_eq!(refused.code(), "invalid_name");
}
