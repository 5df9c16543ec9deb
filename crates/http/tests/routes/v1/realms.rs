//! `/v1/realms`.

use axum::http::StatusCode;
use serde_json::json;

use crate::arrange::Site;

#[tokio::test]
async fn a_realm_is_made_beside_the_first() {
    let (site, _folder) = Site::open().await;
    let admin = site.admin().await;
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    let made = site.post("/v1/realms", &new).bearer(&admin).send().await;
    insta::assert_snapshot!("a_realm_is_made", made);
    let listed = site.get("/v1/realms").bearer(&admin).send().await;
    insta::assert_snapshot!("realms_are_listed", listed);
    let again = site.post("/v1/realms", &new).bearer(&admin).send().await;
    insta::assert_snapshot!("a_realm_is_taken", again);
}

#[tokio::test]
async fn wrong_names_and_issuers_are_refused() {
    let (site, _folder) = Site::open().await;
    for (name, issuer, code) in [
        ("A", "https://b.example", "invalid_realm_name"),
        ("b", "http://b.example", "invalid_issuer"),
        ("b", "https://auth.example/v1", "invalid_issuer"),
        ("b", "x", "invalid_issuer"),
    ] {
        let new = json!({"name": name, "issuer": issuer});
        let reply = site.post("/v1/realms", &new).local().send().await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::BAD_REQUEST, code.to_owned())
        );
    }
}

#[tokio::test]
async fn a_realm_is_isolated_from_the_first() {
    let (site, _folder) = Site::open().await;
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    site.post("/v1/realms", &new).local().send().await;
    let tenant = site.world.realms.by_name("tenant").unwrap();
    let (ours, theirs) = (site.admin().await, site.admin_of(&tenant).await);
    for (path, token, status) in [
        ("/v1/clients", &ours, StatusCode::OK),
        ("/v1/clients", &theirs, StatusCode::UNAUTHORIZED),
        ("/tenant/v1/clients", &theirs, StatusCode::OK),
        ("/tenant/v1/clients", &ours, StatusCode::UNAUTHORIZED),
        ("/tenant/v1/realms", &theirs, StatusCode::FORBIDDEN),
    ] {
        let reply = site.get(path).bearer(token).send().await;
        assert_eq!(reply.status, status, "{path}: {reply}");
    }
    let client = json!({"client_id": "billing", "grant_types": ["client_credentials"]});
    for path in ["/v1/clients", "/tenant/v1/clients"] {
        let made = site.post(path, &client).local().send().await;
        assert_eq!(made.status, StatusCode::CREATED, "{made}");
    }
}
