//! `Idempotency-Key`, on every POST.

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::{Value, json};
use symbolon_store::testing::each_engine;

use crate::arrange::{Reply, Site, migrations};

fn service() -> Value {
    json!({"grant_types": ["client_credentials"]})
}

async fn keyed(site: &Site, path: &str, body: &Value) -> Reply {
    let ask = site.post(path, body).header("idempotency-key", "4711");
    ask.local().send().await
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer() {
    let (site, _folder) = Site::open().await;
    let first = keyed(&site, "/v1/clients", &service()).await;
    assert_eq!(first.status, StatusCode::CREATED, "{first}");
    let again = keyed(&site, "/v1/clients", &service()).await;
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    let listed = site.get("/v1/clients").local().send().await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_request_with_the_key_is_refused() {
    let (site, _folder) = Site::open().await;
    keyed(&site, "/v1/clients", &service()).await;
    let other = json!({"grant_types": ["client_credentials"], "scope": "read"});
    insta::assert_snapshot!(keyed(&site, "/v1/clients", &other).await);
    let elsewhere = keyed(
        &site,
        "/v1/subjects",
        &json!({"kind": "agent", "name": "x"}),
    )
    .await;
    assert_eq!(elsewhere.code(), "idempotency_key_reused");
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let (site, _folder) = Site::open().await;
    let refused = keyed(&site, "/v1/clients", &json!({})).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{refused}");
    let mended = keyed(&site, "/v1/clients", &service()).await;
    assert_eq!(mended.status, StatusCode::CREATED, "{mended}");
}

#[tokio::test]
async fn every_deed_is_done_once() {
    let (site, _folder) = Site::open().await;
    let client = json!({"client_id": "billing", "grant_types": ["client_credentials"]});
    let token = json!({"token": site.admin().await});
    for (number, (path, body)) in [
        ("/v1/clients", client),
        ("/v1/clients/billing/secrets", json!({})),
        ("/v1/clients/billing/disable", json!({})),
        ("/v1/clients/billing/enable", json!({})),
        ("/v1/resources", json!({"audience": "https://api.example"})),
        ("/v1/subjects", json!({"kind": "agent", "name": "x"})),
        (
            "/v1/realms",
            json!({"name": "b", "issuer": "https://b.example"}),
        ),
        (
            "/v1/keys/rotate",
            json!({"algorithm": "ES256", "at_once": true}),
        ),
        ("/v1/tokens/revoke", token),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("key {number}");
        let ask = || {
            site.post(path, &body)
                .header("idempotency-key", &key)
                .local()
        };
        let first = ask().send().await;
        assert!(first.status.is_success(), "{path}: {first}");
        let journal = async || site.get("/v1/journal?limit=1").local().send().await.json();
        let before = journal().await;
        let again = ask().send().await;
        assert_eq!(
            (again.status, again.text()),
            (first.status, first.text()),
            "{path}"
        );
        assert_eq!(journal().await, before, "{path}");
    }
}

#[tokio::test]
async fn a_key_has_a_form() {
    let (site, _folder) = Site::open().await;
    let long = "x".repeat(201);
    for key in ["", "\u{e9}", &long] {
        let ask = site
            .post("/v1/clients", &service())
            .header("idempotency-key", key);
        let reply = ask.local().send().await;
        assert_eq!(reply.code(), "invalid_idempotency_key", "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_at_once_one_makes_a_client_and_all_get_its_secret() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let body = service();
        let asked = (0..64).map(|_| keyed(&site, "/v1/clients", &body));
        let replies = join_all(asked).await;
        for reply in &replies {
            assert_eq!(reply.status, StatusCode::CREATED, "{reply}");
            assert_eq!(reply.text(), replies[0].text());
        }
        let listed = site.get("/v1/clients").local().send().await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    })
    .await;
}
