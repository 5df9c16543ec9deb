//! `/revoke`.

use axum::http::header::AUTHORIZATION;

use super::{API, BILLING, OPAQUE, OTHER, by_billing, post, site, token, told};

#[tokio::test]
async fn whatever_is_dead_afterwards_is_answered_alike() {
    let (site, _folder) = site().await;
    let jwt = by_billing(
        &site,
        "/revoke",
        &format!("token={}", token(&site, API).await),
    )
    .await;
    let said = told(jwt);
    insta::assert_snapshot!("a_revoked_token", said);
    let opaque = token(&site, OPAQUE).await;
    let hinted = format!("token_type_hint=refresh_token&token={opaque}");
    for form in [&hinted, &hinted, "token=x", "token=a.b.c"] {
        assert_eq!(
            told(by_billing(&site, "/revoke", form).await),
            said,
            "{form}"
        );
    }
}

#[tokio::test]
async fn a_wrong_request_is_told_what_is_wrong() {
    let (site, _folder) = site().await;
    let foreign = format!("{OTHER}&token={}", token(&site, API).await);
    for (name, form) in [
        ("another_clients_token", foreign.as_str()),
        ("no_token", BILLING),
        ("a_repeated_token", &format!("{BILLING}&token=x&token=y")),
        (
            "a_wrong_secret",
            "client_id=billing&client_secret=x&token=x",
        ),
    ] {
        insta::assert_snapshot!(name, told(post(&site, "/revoke", form).send().await));
    }
    let basic =
        post(&site, "/revoke", "token=x").header(AUTHORIZATION.as_str(), "Basic YmlsbGluZzp4");
    insta::assert_snapshot!("a_wrong_secret_by_basic", told(basic.send().await));
}
