//! `/introspect`.

use axum::http::header::AUTHORIZATION;

use super::{API, BILLING, OPAQUE, OTHER, by_billing, post, site, token, told};

#[tokio::test]
async fn a_living_token_is_told_of_in_either_format() {
    let (site, _folder) = site().await;
    for (name, audience) in [("a_living_jwt", API), ("a_living_opaque_token", OPAQUE)] {
        let form = format!("token={}", token(&site, audience).await);
        insta::assert_snapshot!(name, told(by_billing(&site, "/introspect", &form).await));
    }
}

#[tokio::test]
async fn what_nobody_may_know_is_inactive() {
    let (site, _folder) = site().await;
    let unknown = by_billing(&site, "/introspect", "token=x&token_type_hint=y").await;
    insta::assert_snapshot!("an_unknown_token", told(unknown));
    let form = format!("{OTHER}&token={}", token(&site, API).await);
    let foreign = post(&site, "/introspect", &form).send().await;
    insta::assert_snapshot!("another_clients_token", told(foreign));
}

#[tokio::test]
async fn a_wrong_request_is_told_what_is_wrong() {
    let (site, _folder) = site().await;
    let long = format!("{BILLING}&token={}", "x".repeat(100_000));
    for (name, form) in [
        ("no_token", BILLING),
        ("a_repeated_token", &format!("{BILLING}&token=x&token=y")),
        ("a_token_of_100_kilobytes", &long),
        (
            "a_wrong_secret",
            "client_id=billing&client_secret=x&token=x",
        ),
        ("no_client", "token=x"),
    ] {
        insta::assert_snapshot!(name, told(post(&site, "/introspect", form).send().await));
    }
    let basic =
        post(&site, "/introspect", "token=x").header(AUTHORIZATION.as_str(), "Basic YmlsbGluZzp4");
    insta::assert_snapshot!("a_wrong_secret_by_basic", told(basic.send().await));
}
