//! `/.well-known/oauth-authorization-server` and `/.well-known/openid-configuration`.

use axum::http::StatusCode;
use serde_json::json;

use super::{site, told};

#[tokio::test]
async fn the_first_realms_metadata_stands_at_both_names() {
    let (site, _folder) = site().await;
    let said = told(
        site.get("/.well-known/oauth-authorization-server")
            .send()
            .await,
    );
    insta::assert_snapshot!(said);
    let openid = site.get("/.well-known/openid-configuration").send().await;
    assert_eq!(told(openid), said);
}

#[tokio::test]
async fn the_metadata_of_an_issuer_with_a_path_stands_at_four_addresses() {
    let (site, _folder) = site().await;
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    let made = site.post("/v1/realms", &new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    let inserted = site.get("/.well-known/oauth-authorization-server/tenant");
    let said = told(inserted.send().await);
    insta::assert_snapshot!(said);
    for path in [
        "/.well-known/openid-configuration/tenant",
        "/tenant/.well-known/oauth-authorization-server",
        "/tenant/.well-known/openid-configuration",
    ] {
        assert_eq!(told(site.get(path).send().await), said, "{path}");
    }
    let nobody = site.get("/.well-known/oauth-authorization-server/nobody");
    insta::assert_snapshot!("no_realm_is_there", told(nobody.send().await));
}
