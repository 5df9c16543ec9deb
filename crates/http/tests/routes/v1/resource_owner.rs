//! A resource's owner: named by its `client_id` or its id, answered by its id.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::arrange::Site;

#[tokio::test]
async fn an_owner_is_named_by_its_client_id_or_its_id() {
    let (site, _folder) = Site::open().await;
    let client = json!({"client_id": "runner", "grant_types": ["client_credentials"]});
    let client = site.post("/v1/clients", &client).local().send().await;
    let id = client.json()["id"].clone();
    let new = json!({"audience": "https://api.example", "owner": "runner"});
    let made = site.post("/v1/resources", &new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    assert_eq!(made.json()["owner"], id);
    let path = format!("/v1/resources/{}", made.json()["id"].as_str().unwrap());
    let ask = |method, body| site.ask(method, &path).json(&body).local();
    for (owner, shown) in [(json!(null), json!(null)), (id.clone(), id)] {
        let merged = ask(Method::PATCH, json!({"owner": owner})).send().await;
        assert_eq!(merged.json()["owner"], shown);
    }
    let nobody = ask(Method::PATCH, json!({"owner": "nobody"})).send().await;
    assert_eq!(
        (nobody.status, nobody.code()),
        (StatusCode::BAD_REQUEST, "invalid_owner".to_owned())
    );
    let replaced = ask(Method::PUT, json!({"owner": "runner"})).send().await;
    assert_eq!(replaced.json()["owner"], made.json()["owner"]);
}

#[tokio::test]
async fn an_owner_that_ended_may_stay() {
    let (site, _folder) = Site::open().await;
    let client = json!({"client_id": "runner", "grant_types": ["client_credentials"]});
    site.post("/v1/clients", &client).local().send().await;
    let new = json!({"audience": "https://api.example", "owner": "runner"});
    let made = site.post("/v1/resources", &new).local().send().await;
    site.ask(Method::DELETE, "/v1/clients/runner")
        .local()
        .send()
        .await;
    let path = format!("/v1/resources/{}", made.json()["id"].as_str().unwrap());
    let merge = site
        .ask(Method::PATCH, &path)
        .json(&json!({"name": "The API"}));
    let merged = merge.local().send().await;
    assert_eq!(merged.status, StatusCode::OK, "{merged}");
    assert_eq!(merged.json()["owner"], made.json()["owner"]);
}
