//! `/token`.

use axum::http::Method;
use axum::http::header::AUTHORIZATION;

use super::{API, BASIC, BILLING, OPAQUE, by_billing, post, site, told};

const GRANT: &str = "grant_type=client_credentials";

#[tokio::test]
async fn a_client_gets_a_jwt_for_the_default_resource() {
    let (site, _folder) = site().await;
    insta::assert_snapshot!(told(by_billing(&site, "/token", GRANT).await));
}

#[tokio::test]
async fn a_client_that_proves_itself_by_basic_gets_an_opaque_token() {
    let (site, _folder) = site().await;
    let form = format!("{GRANT}&resource={OPAQUE}&scope=read");
    let ask = post(&site, "/token", &form).header(AUTHORIZATION.as_str(), BASIC);
    insta::assert_snapshot!(told(ask.send().await));
}

#[tokio::test]
async fn a_wrong_request_is_told_what_is_wrong() {
    let (site, _folder) = site().await;
    let both = format!("{GRANT}&resource={API}&resource={OPAQUE}");
    let many = format!("{GRANT}{}", "&x=1".repeat(100));
    let long = format!("{GRANT}&scope={}", "x".repeat(100_000));
    for (name, form) in [
        (
            "a_repeated_parameter",
            "grant_type=client_credentials&grant_type=x",
        ),
        ("no_grant_type", "scope=read"),
        ("an_unknown_grant_type", "grant_type=urn:example:grant"),
        ("the_grant_of_passwords", "grant_type=password"),
        (
            "a_scope_beyond_the_clients",
            "grant_type=client_credentials&scope=delete",
        ),
        (
            "a_scope_that_is_none",
            "grant_type=client_credentials&scope=%22",
        ),
        (
            "an_unknown_resource",
            "grant_type=client_credentials&resource=https://x.example",
        ),
        ("resources_of_different_kinds", &both),
        (
            "broken_percent_encoding",
            "grant_type=client_credentials&scope=%4",
        ),
        (
            "a_value_that_is_not_utf_8",
            "grant_type=client_credentials&scope=%ff",
        ),
        ("too_many_parameters", &many),
        ("a_scope_of_100_kilobytes", &long),
    ] {
        insta::assert_snapshot!(name, told(by_billing(&site, "/token", form).await));
    }
}

#[tokio::test]
async fn a_client_that_is_not_recognised_is_told_how_it_tried() {
    let (site, _folder) = site().await;
    let assertion = "client_assertion=x\
                     &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    for (name, client) in [
        ("no_client", ""),
        ("an_unknown_client", "client_id=nobody&client_secret=x"),
        ("a_wrong_secret", "client_id=billing&client_secret=x"),
        (
            "a_confidential_client_without_a_secret",
            "client_id=billing",
        ),
        ("an_assertion_that_is_none", assertion),
        ("a_public_client_that_acts_for_itself", "client_id=app"),
    ] {
        let reply = post(&site, "/token", &format!("{client}&{GRANT}"))
            .send()
            .await;
        insta::assert_snapshot!(name, told(reply));
    }
    let wrong = "Basic YmlsbGluZzp4";
    for (name, header, form) in [
        ("a_wrong_secret_by_basic", wrong, GRANT.to_owned()),
        ("basic_that_is_not_base64", "Basic !", GRANT.to_owned()),
        ("two_ways_at_once", BASIC, format!("{BILLING}&{GRANT}")),
    ] {
        let ask = post(&site, "/token", &form).header(AUTHORIZATION.as_str(), header);
        insta::assert_snapshot!(name, told(ask.send().await));
    }
    let twice = post(&site, "/token", GRANT)
        .header(AUTHORIZATION.as_str(), BASIC)
        .header(AUTHORIZATION.as_str(), BASIC);
    insta::assert_snapshot!("two_authorization_headers", told(twice.send().await));
}

#[tokio::test]
async fn what_is_no_form_by_post_is_refused() {
    let (site, _folder) = site().await;
    let json = site
        .ask(Method::POST, "/token")
        .body("application/json", r#"{"grant_type":"client_credentials"}"#);
    insta::assert_snapshot!("a_body_that_is_json", told(json.send().await));
    let bytes = [BILLING.as_bytes(), b"&grant_type=\xff"].concat();
    let raw = site
        .ask(Method::POST, "/token")
        .body("application/x-www-form-urlencoded", bytes);
    insta::assert_snapshot!("a_body_that_is_not_utf_8", told(raw.send().await));
    let query = site.get(&format!("/token?{BILLING}&{GRANT}"));
    insta::assert_snapshot!("a_get", told(query.send().await));
}
