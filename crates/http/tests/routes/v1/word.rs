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
            "what_would_make_a_difference",
            "{\"dpop_bound_access_tokens\":true}",
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
async fn a_change_to_what_would_make_a_difference_is_refused_too() {
    let (site, _folder) = Site::open().await;
    let new = json!({"client_id": "shop", "grant_types": ["client_credentials"]});
    site.post("/v1/clients", &new).local().send().await;
    let body = "{\"dpop_bound_access_tokens\":true}";
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

#[tokio::test]
async fn what_rfc_7591_has_and_we_do_not_keep_is_accepted_where_it_makes_no_difference() {
    let (site, _folder) = Site::open().await;
    let new = json!({
        "client_id": "app", "token_endpoint_auth_method": "none",
        "redirect_uris": ["https://app.example/cb"],
        "response_types": ["code"], "application_type": "native",
    });
    let made = site.post("/v1/clients", &new).local().send().await;
    assert_eq!(made.status, 201, "{made}");
    assert_eq!(made.json()["response_types"], json!(["code"]));
    let mut whole = made.json();
    whole["client_name"] = json!("App");
    let put = site.ask(Method::PUT, "/v1/clients/app").json(&whole);
    let replaced = put.local().send().await;
    assert_eq!(replaced.json()["client_name"], "App", "{replaced}");
    let patch = site.ask(Method::PATCH, "/v1/clients/app");
    let patch = patch.json(&json!({"response_types": ["token"]}));
    let refused = patch.local().send().await;
    assert_eq!(refused.code(), "invalid_document", "{refused}");
}

#[tokio::test]
async fn a_value_that_cannot_be_is_told_with_those_that_can() {
    let (site, _folder) = Site::open().await;
    let algorithms =
        "Ed25519, EdDSA, ES256, ES384, ES512, PS256, PS384, PS512, RS256, RS384, RS512";
    for (member, value, told) in [
        ("response_types", json!(["id_token"]), "it is one of code"),
        (
            "application_type",
            json!("desktop"),
            "it is one of native, web",
        ),
        (
            "subject_type",
            json!("secret"),
            "it is one of public, pairwise",
        ),
        ("id_token_signed_response_alg", json!("RS1"), algorithms),
        ("id_token_signed_response_alg", json!("HS256"), algorithms),
        ("userinfo_signed_response_alg", json!("none"), algorithms),
        ("default_max_age", json!(-1), "a whole number from 0"),
        ("refresh_token_window", json!(601), "1 to 600 seconds"),
        ("refresh_token_lifetime", json!(0), "1 to 315360000 seconds"),
        ("backchannel_logout_uri", json!("/out"), "no absolute URL"),
        ("jwks_uri", json!("com.example.app:/x"), "no absolute URL"),
        (
            "post_logout_redirect_uris",
            json!(["http://a.example"]),
            "plain http",
        ),
    ] {
        let mut new = json!({"redirect_uris": ["https://app.example/cb"]});
        new[member] = value;
        let reply = site.post("/v1/clients", &new).local().send().await;
        let problem = reply.json();
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert_eq!(reply.status, 400, "{member}: {reply}");
        assert!(detail.contains(member) && detail.contains(told), "{detail}");
        assert_eq!(problem["error"], "invalid_client_metadata");
    }
}
