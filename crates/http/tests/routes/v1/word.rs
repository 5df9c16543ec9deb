//! What is wrong with a document or a query is said in our words: which member, what it must be.

use axum::http::Method;
use serde_json::json;

use crate::arrange::Site;

#[tokio::test]
async fn a_client_that_cannot_be_read_is_told_which_member_and_why() {
    let (site, _folder) = Site::open().await;
    for (name, body) in [
        ("a_member_of_another_type", "{\"first_party\":\"yes\"}"),
        ("an_unknown_grant", "{\"grant_types\":[\"password\"]}"),
        (
            "keys_by_reference",
            "{\"jwks_uri\":\"https://a.example/jwks\"}",
        ),
        (
            "an_end_after_all_calendars",
            "{\"client_secret_expires_at\":9223372036854775807}",
        ),
        ("no_json", "{\"scope\": a}"),
        ("an_end_too_early", "{\"scope\": "),
        ("a_list", "[]"),
        ("a_member_twice", "{\"scope\":\"a\",\"scope\":\"b\"}"),
    ] {
        let ask = site.ask(Method::POST, "/v1/clients");
        let reply = ask.body("application/json", body).local().send().await;
        insta::assert_snapshot!(name, reply);
    }
}

#[tokio::test]
async fn a_change_to_keys_by_reference_is_refused_too() {
    let (site, _folder) = Site::open().await;
    let new = json!({"client_id": "shop", "grant_types": ["client_credentials"]});
    site.post("/v1/clients", &new).local().send().await;
    let body = "{\"jwks_uri\":\"https://a.example/jwks\"}";
    for method in [Method::PUT, Method::PATCH] {
        let ask = site.ask(method, "/v1/clients/shop");
        let reply = ask.body("application/json", body).local().send().await;
        let told = (reply.status.as_u16(), reply.code());
        assert_eq!(told, (400, "unsupported_member".to_owned()), "{reply}");
    }
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_told_which_parameter_and_why() {
    let (site, _folder) = Site::open().await;
    for (query, told) in [
        (
            "limit=many",
            "limit: it must be a whole number from 0 to 4294967295",
        ),
        ("limit=1&limit=2", "limit: it stands there twice"),
        ("node=x", "node: an id has eleven letters or digits"),
        ("since=now", "since: it must be a whole number"),
    ] {
        let path = format!("/v1/journal?{query}");
        let reply = site.get(&path).local().send().await;
        assert_eq!(reply.code(), "invalid_query", "{reply}");
        let expected = format!("the query cannot be read: {told}");
        assert_eq!(reply.json()["detail"], expected, "{query}");
    }
}
