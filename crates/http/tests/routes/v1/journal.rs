//! `/v1/journal`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::arrange::Site;

async fn site() -> (Site, impl Sized) {
    let (site, folder) = Site::open().await;
    for name in ["one", "two"] {
        let new = json!({"client_id": name, "grant_types": ["client_credentials"]});
        site.post("/v1/clients", &new).local().send().await;
    }
    (site, folder)
}

async fn names(site: &Site, path: &str) -> Value {
    let found = site.get(path).local().send().await.json();
    let items = found["items"].as_array().unwrap().iter();
    items.map(|record| record["name"].clone()).collect()
}

#[tokio::test]
async fn the_journal_is_searched_backwards() {
    let (site, _folder) = site().await;
    insta::assert_snapshot!(site.get("/v1/journal?limit=2").local().send().await);
}

#[tokio::test]
async fn a_search_goes_on_where_the_page_ended() {
    let (site, _folder) = site().await;
    let filter = "verb=create&noun=client&limit=1";
    let first = site
        .get(&format!("/v1/journal?{filter}"))
        .local()
        .send()
        .await
        .json();
    assert_eq!(first["items"][0]["name"], "two");
    let next = format!("/v1/journal?{filter}&before={}", first["next"]);
    assert_eq!(names(&site, &next).await, json!(["one"]));
}

#[tokio::test]
async fn a_search_takes_filters() {
    let (site, _folder) = site().await;
    for (filter, found) in [
        ("verb=create&noun=client", json!(["two", "one"])),
        ("noun=client&until=1800000000000", json!([])),
        ("noun=client&since=1800000000001", json!([])),
        ("noun=client&outcome=refused", json!([])),
        ("verb=end", json!([])),
    ] {
        assert_eq!(
            names(&site, &format!("/v1/journal?{filter}")).await,
            found,
            "{filter}"
        );
    }
    for wrong in ["verb=x", "noun=x", "outcome=x", "node=x", "before=x"] {
        let reply = site
            .get(&format!("/v1/journal?{wrong}"))
            .local()
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{wrong}: {reply}");
    }
}

#[tokio::test]
async fn the_journal_is_followed_from_a_place() {
    let (site, _folder) = site().await;
    let end = site.get("/v1/journal/tail").local().send().await.json();
    assert_eq!(end["items"], json!([]));
    let path = format!("/v1/journal/tail?wait_ms=30000&after={}", end["after"]);
    let new = json!({"client_id": "three", "grant_types": ["client_credentials"]});
    let (watched, _) = tokio::join!(
        site.get(&path).local().send(),
        site.post("/v1/clients", &new).local().send(),
    );
    let first = &watched.json()["items"][0];
    assert_eq!(first["name"], "three");
    let nothing = format!("/v1/journal/tail?after={}", watched.json()["after"]);
    assert_eq!(names(&site, &nothing).await, json!([]));
}

#[tokio::test]
async fn a_realm_reads_its_own_journal_only() {
    let (site, _folder) = site().await;
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    site.post("/v1/realms", &new).local().send().await;
    let path = "/tenant/v1/journal?noun=client";
    assert_eq!(names(&site, path).await, json!([]));
}
