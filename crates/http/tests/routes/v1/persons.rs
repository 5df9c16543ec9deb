//! `/v1/subjects`: persons, with usernames and claims.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::arrange::{Reply, Site};

fn ada() -> Value {
    json!({
        "kind": "person",
        "username": "ada",
        "claims": {
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "email_verified": true,
            "address": {"locality": "London", "country": "United Kingdom"},
        },
    })
}

async fn create(site: &Site, person: &Value) -> Reply {
    site.post("/v1/subjects", person).local().send().await
}

fn path(made: &Reply) -> String {
    format!("/v1/subjects/{}", made.json()["id"].as_str().unwrap())
}

/// A site, one person, and where it is.
async fn arranged() -> (Site, String, impl Sized) {
    let (site, folder) = Site::open().await;
    let path = path(&create(&site, &ada()).await);
    (site, path, folder)
}

async fn patch(site: &Site, path: &str, change: Value) -> Reply {
    let ask = site.ask(Method::PATCH, path).json(&change);
    ask.local().send().await
}

#[tokio::test]
async fn a_person_is_made_shown_and_searched() {
    let (site, _folder) = Site::open().await;
    let made = create(&site, &ada()).await;
    insta::assert_snapshot!("a_person_is_made", made);
    let shown = site.get(&path(&made)).local().send().await;
    assert_eq!(shown.json(), made.json());
    create(&site, &json!({"kind": "person", "username": "eve"})).await;
    for (search, found) in [("AD", 1), ("ada%40", 1), ("e", 1), ("", 2), ("x", 0)] {
        let place = format!("/v1/subjects?search={search}");
        let listed = site.get(&place).local().send().await;
        let items = listed.json()["items"].as_array().unwrap().len();
        assert_eq!(items, found, "{search}");
    }
}

#[tokio::test]
async fn a_repeated_creation_is_done_once() {
    let (site, _folder) = Site::open().await;
    let ask = || {
        let ask = site.post("/v1/subjects", &ada()).local();
        ask.header("idempotency-key", "ada-1")
    };
    let (one, two) = (ask().send().await, ask().send().await);
    assert_eq!(one.status, StatusCode::CREATED, "{one}");
    assert_eq!(one.json(), two.json());
}

#[tokio::test]
async fn what_is_named_changes_and_the_rest_stays() {
    let (site, path, _folder) = arranged().await;
    let change = json!({"claims": {"nickname": "Countess", "address": {"country": null}}});
    let merged = patch(&site, &path, change).await;
    insta::assert_snapshot!("a_person_is_merged", merged);
    let renamed = patch(&site, &path, json!({"username": "countess"})).await;
    assert_eq!(renamed.json()["username"], "countess");
    assert_eq!(renamed.json()["claims"]["nickname"], "Countess");
    let put = json!({"username": "ada", "name": "ada"});
    let put = site.ask(Method::PUT, &path).json(&put).local().send().await;
    insta::assert_snapshot!("a_person_is_replaced", put);
}

#[tokio::test]
async fn a_new_address_is_not_verified_because_the_old_one_was() {
    let (site, path, _folder) = arranged().await;
    let verified = |reply: &Reply| reply.json()["claims"]["email_verified"].clone();
    let same = patch(
        &site,
        &path,
        json!({"claims": {"email": "ada@example.com"}}),
    )
    .await;
    assert_eq!(verified(&same), true);
    let other = patch(&site, &path, json!({"claims": {"email": "a@example.com"}})).await;
    assert_eq!(verified(&other), Value::Null);
    let both = json!({"claims": {"email": "b@example.com", "email_verified": true}});
    assert_eq!(verified(&patch(&site, &path, both).await), true);
    let gone = patch(&site, &path, json!({"claims": {"email": null}})).await;
    assert_eq!(gone.status, StatusCode::OK, "{gone}");
    assert_eq!(verified(&gone), Value::Null);
}

#[tokio::test]
async fn what_another_person_signs_in_by_is_taken() {
    let (site, _, _folder) = arranged().await;
    let username = json!({"kind": "person", "username": "ADA@example.com"});
    insta::assert_snapshot!("a_username_is_taken", create(&site, &username).await);
    let eve = json!({
        "kind": "person", "username": "eve", "claims": {"email": "Ada@Example.com"}
    });
    insta::assert_snapshot!("an_email_is_taken", create(&site, &eve).await);
    let made = create(&site, &json!({"kind": "person", "username": "eve"})).await;
    let refused = patch(&site, &path(&made), json!({"username": "ada"})).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "username_taken".to_owned())
    );
}

#[tokio::test]
async fn what_cannot_be_is_named() {
    let (site, _folder) = Site::open().await;
    let refused = [
        (json!({}), "invalid_username"),
        (json!({"username": " ada"}), "invalid_username"),
        (json!({"username": "ada", "name": "Eve"}), "invalid_name"),
        (
            json!({"username": "ada", "claims": {"email": "ada"}}),
            "invalid_claims",
        ),
        (
            json!({"username": "ada", "claims": {"email_verified": "true"}}),
            "invalid_document",
        ),
    ];
    for (mut person, code) in refused {
        person["kind"] = "person".into();
        let refused = create(&site, &person).await;
        let answer = (refused.status, refused.code());
        assert_eq!(
            answer,
            (StatusCode::BAD_REQUEST, code.to_owned()),
            "{person}"
        );
    }
    let door = json!({"kind": "device", "name": "Door 7", "username": "door"});
    assert_eq!(create(&site, &door).await.code(), "not_a_person");
}

#[tokio::test]
async fn other_subjects_are_renamed_but_services() {
    let (site, _folder) = Site::open().await;
    let door = create(&site, &json!({"kind": "device", "name": "Door 7"})).await;
    let renamed = patch(&site, &path(&door), json!({"name": "Door 8"})).await;
    assert_eq!(renamed.json()["name"], "Door 8");
    let client = json!({"client_id": "svc", "grant_types": ["client_credentials"]});
    site.post("/v1/clients", &client).local().send().await;
    let listed = site.get("/v1/subjects").local().send().await;
    let all = listed.json()["items"].as_array().unwrap().clone();
    let service = all.iter().find(|one| one["kind"] == "service").unwrap();
    let place = format!("/v1/subjects/{}", service["id"].as_str().unwrap());
    let refused = patch(&site, &place, json!({"name": "other"})).await;
    assert_eq!(refused.code(), "subject_is_a_service");
}

#[tokio::test]
async fn built_in_names_are_nobodys() {
    let (site, _folder) = Site::open().await;
    let client = json!({"client_id": "symbolon-operator"});
    let refused = site.post("/v1/clients", &client).local().send().await;
    assert_eq!(refused.code(), "client_built_in");
    let refused = create(&site, &json!({"kind": "agent", "name": "operator"})).await;
    assert_eq!(refused.code(), "subject_built_in");
}

async fn link(site: &Site, path: &str, key: &str) -> Reply {
    let ask = site.ask(Method::POST, &format!("{path}/password-link"));
    ask.local().header("idempotency-key", key).send().await
}

#[tokio::test]
async fn a_person_gets_a_link_to_set_a_password() {
    let (site, path, _folder) = arranged().await;
    let one = link(&site, &path, "1").await;
    assert_eq!(one.status, StatusCode::CREATED, "{one}");
    let url = one.json()["url"].as_str().unwrap().to_owned();
    let before = "https://auth.example/set-password/sym_pl_";
    assert!(url.starts_with(before), "{url}");
    assert_eq!(one.json()["expires_at"], 1_800_086_400_000_i64);
    assert_eq!(link(&site, &path, "1").await.json(), one.json());
    assert_ne!(link(&site, &path, "2").await.json(), one.json());
}

#[tokio::test]
async fn only_a_living_person_gets_a_link() {
    let (site, path, _folder) = arranged().await;
    let door = create(&site, &json!({"kind": "device", "name": "Door 7"})).await;
    let refused = link(&site, &self::path(&door), "1").await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "not_a_person".to_owned())
    );
    site.ask(Method::DELETE, &path).local().send().await;
    assert_eq!(link(&site, &path, "2").await.code(), "subject_unknown");
}
