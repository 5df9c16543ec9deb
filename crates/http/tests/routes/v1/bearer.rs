//! Who may manage.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::arrange::Site;

const AUDIENCE: &str = "https://auth.example/v1";

#[tokio::test]
async fn without_a_token_nobody_manages() {
    let (site, _folder) = Site::open().await;
    insta::assert_snapshot!(site.get("/v1/clients").send().await);
}

#[tokio::test]
async fn a_wrong_token_is_not_told_why() {
    let (site, _folder) = Site::open().await;
    let admin = site.admin().await;
    insta::assert_snapshot!(site.get("/v1/clients").bearer("x").send().await);
    site.later(Duration::from_hours(24)).await;
    let expired = site.get("/v1/clients").bearer(&admin).send().await;
    let challenge = "Bearer error=\"invalid_token\"";
    assert_eq!(expired.header("www-authenticate"), challenge, "{expired}");
}

#[tokio::test]
async fn a_token_of_another_audience_is_not_accepted() {
    let (site, _folder) = Site::open().await;
    let new = json!({"audience": "https://api.example"});
    site.post("/v1/resources", &new).local().send().await;
    let token = site.token("clients:read", "https://api.example").await;
    let reply = site.get("/v1/clients").bearer(&token).send().await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{reply}");
    let refused = "/v1/journal?verb=verify&noun=access&outcome=refused";
    let journal = site.get(refused).local().send().await.json();
    assert_eq!(journal["items"][0]["reason"], "invalid_audience");
}

#[tokio::test]
async fn a_token_opens_what_its_scope_says() {
    let (site, _folder) = Site::open().await;
    let token = site.token("clients:read", AUDIENCE).await;
    let may = site.get("/v1/clients").bearer(&token).send().await;
    assert_eq!(may.status, StatusCode::OK, "{may}");
    let new = json!({"client_id": "x", "grant_types": ["client_credentials"]});
    let may_not = site.post("/v1/clients", &new).bearer(&token).send().await;
    insta::assert_snapshot!(may_not);
    let refused = "/v1/journal?verb=verify&noun=access&outcome=refused";
    let journal = site.get(refused).local().send().await.json();
    assert_eq!(journal["items"][0]["reason"], "insufficient_scope");
}

#[tokio::test]
async fn a_token_hands_on_no_scope_that_it_lacks() {
    let (site, _folder) = Site::open().await;
    let token = site.token("clients:write", AUDIENCE).await;
    let service = |id: &str, scope: &str| json!({"client_id": id, "grant_types": ["client_credentials"], "scope": scope});
    let strong = service("strong", "keys:write");
    site.post("/v1/clients", &strong).local().send().await;
    let weak = service("weak", "read clients:write");
    let made = site.post("/v1/clients", &weak).bearer(&token).send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    let more = json!({"scope": "clients:write keys:write"});
    let whole = service("weak", "keys:write");
    for (method, path, body) in [
        (Method::POST, "/v1/clients", &service("other", "keys:write")),
        (Method::POST, "/v1/clients/strong/secrets", &json!({})),
        (Method::PUT, "/v1/clients/weak", &whole),
        (Method::PATCH, "/v1/clients/weak", &more),
        (
            Method::PATCH,
            "/v1/clients/strong",
            &json!({"client_name": "x"}),
        ),
    ] {
        let reply = site
            .ask(method.clone(), path)
            .json(body)
            .bearer(&token)
            .send()
            .await;
        let found = (reply.status, reply.code());
        let refused = (StatusCode::FORBIDDEN, "scope_not_own".to_owned());
        assert_eq!(found, refused, "{method} {path}: {reply}");
    }
}

#[tokio::test]
async fn a_token_stands_in_one_header_only() {
    let (site, _folder) = Site::open().await;
    let admin = site.admin().await;
    let twice = site
        .get("/v1/clients")
        .bearer(&admin)
        .bearer(&admin)
        .send()
        .await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST, "{twice}");
    let address = format!("/v1/clients?access_token={admin}");
    assert_eq!(
        site.get(&address).send().await.status,
        StatusCode::UNAUTHORIZED
    );
    let lower = site
        .get("/v1/clients")
        .header("authorization", &format!("bearer {admin}"));
    assert_eq!(lower.send().await.status, StatusCode::OK);
    let basic = site
        .get("/v1/clients")
        .header("authorization", "Basic YTpi")
        .send()
        .await;
    assert_eq!(basic.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn a_node_that_has_fallen_behind_judges_nobody() {
    let site = Site::beside_others().await;
    let admin = site.admin().await;
    site.unheard(Duration::from_secs(3));
    insta::assert_snapshot!(site.get("/v1/clients").bearer(&admin).send().await);
}
