//! `/v1/grants`, and those of a person.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use symbolon_identity::{Applied, client, grant};
use symbolon_token::node::SubjectNode;
use symbolon_token::scope::Scope;

use super::sessions::person;
use crate::arrange::{Site, call};

/// A client, and what this person allowed to it.
async fn allow(site: &Site, subject: SubjectNode, client_id: &str) -> String {
    let new = json!({"client_id": client_id, "redirect_uris": ["https://app.example/cb"]});
    let made = site.post("/v1/clients", &new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    let (world, realm) = (&site.world, site.realm.node);
    let client = client::by_id(world, realm, client_id).await.unwrap();
    let scope = Scope::parse("openid profile").unwrap();
    let whose = (subject, client.unwrap().node, &scope);
    let allowed = grant::allow(world, &call(), realm, whose).await.unwrap();
    let applied = allowed.draft.commit(world).await;
    assert_eq!(applied.ok(), Some(Applied::Done));
    allowed.grant.node.to_string()
}

#[tokio::test]
async fn a_grant_is_listed_shown_and_withdrawn() {
    let (site, _folder) = Site::open().await;
    let (ada, path) = person(&site, "ada").await;
    let id = allow(&site, ada, "shop").await;
    let page = site.get(&format!("{path}/grants")).local().send().await;
    insta::assert_snapshot!("grants_are_listed", page);
    let place = format!("/v1/grants/{id}");
    let shown = site.get(&place).local().send().await;
    assert_eq!(shown.json(), page.json()["items"][0]);
    let withdraw = || site.ask(Method::DELETE, &place).local();
    assert_eq!(withdraw().send().await.status, StatusCode::NO_CONTENT);
    insta::assert_snapshot!("a_grant_is_unknown", withdraw().send().await);
    let gone = site.get(&place).local().send().await;
    assert_eq!(gone.code(), "grant_unknown");
    let again = allow(&site, ada, "forum").await;
    assert_ne!(again, id);
}

#[tokio::test]
async fn the_journal_says_what_was_allowed_and_who_withdrew_it() {
    let (site, _folder) = Site::open().await;
    let (ada, _) = person(&site, "ada").await;
    let id = allow(&site, ada, "shop").await;
    let withdraw = site.ask(Method::DELETE, &format!("/v1/grants/{id}"));
    withdraw.local().send().await;
    let path = format!("/v1/journal?node={id}");
    let found = site.get(&path).local().send().await.json();
    let told: Vec<_> = found["items"].as_array().unwrap().iter().collect();
    let said = |entry: &Value| (entry["verb"].clone(), entry["actor"].clone());
    let said: Vec<_> = told.iter().map(|entry| said(entry)).collect();
    let operator = json!("operator");
    let expected = [
        (json!("end"), operator.clone()),
        (json!("create"), operator),
    ];
    assert_eq!(said, expected);
    assert_eq!(told[0]["reason"], "withdrawn by management");
    assert_eq!(told[1]["name"], "openid profile");
}

#[tokio::test]
async fn grants_are_listed_page_by_page() {
    let (site, _folder) = Site::open().await;
    let (ada, path) = person(&site, "ada").await;
    for client in ["one", "two", "three"] {
        allow(&site, ada, client).await;
    }
    let place = format!("{path}/grants?limit=2");
    let first = site.get(&place).local().send().await.json();
    let next = first["next"].as_str().unwrap();
    let place = format!("{place}&after={next}");
    let rest = site.get(&place).local().send().await.json();
    let named = |page: &Value| -> Vec<Value> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|one| one["client_id"].clone()).collect()
    };
    assert_eq!(named(&first), ["one", "two"]);
    assert_eq!(
        (named(&rest), &rest["next"]),
        (vec![json!("three")], &Value::Null)
    );
}

#[tokio::test]
async fn a_grant_names_a_client_that_has_ended() {
    let (site, _folder) = Site::open().await;
    let (ada, path) = person(&site, "ada").await;
    allow(&site, ada, "shop").await;
    let end = site.ask(Method::DELETE, "/v1/clients/shop").local();
    assert_eq!(end.send().await.status, StatusCode::NO_CONTENT);
    let page = site.get(&format!("{path}/grants")).local().send().await;
    assert_eq!(page.json()["items"][0]["client_id"], "shop");
}

#[tokio::test]
async fn nobody_allowed_nothing() {
    let (site, _folder) = Site::open().await;
    let path = "/v1/subjects/00000000009/grants";
    let reply = site.get(path).local().send().await;
    assert_eq!(reply.code(), "subject_unknown", "{reply}");
}

#[tokio::test]
async fn reading_grants_withdraws_none() {
    let (site, _folder) = Site::open().await;
    let (ada, path) = person(&site, "ada").await;
    let id = allow(&site, ada, "shop").await;
    let token = site.token("grants:read", "https://auth.example/v1").await;
    let list = site.get(&format!("{path}/grants")).bearer(&token);
    assert_eq!(list.send().await.status, StatusCode::OK);
    let withdraw = site.ask(Method::DELETE, &format!("/v1/grants/{id}"));
    let reply = withdraw.bearer(&token).send().await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{reply}");
}
