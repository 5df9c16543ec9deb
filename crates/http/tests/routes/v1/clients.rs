//! `/v1/clients`.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::arrange::{Reply, Site};

fn service() -> Value {
    json!({
        "client_id": "billing",
        "client_name": "Billing",
        "grant_types": ["client_credentials"],
        "scope": "read write",
        "software_id": "an unknown member",
    })
}

async fn create(site: &Site, new: &Value) -> Reply {
    let made = site.post("/v1/clients", new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    made
}

#[tokio::test]
async fn a_client_is_made_with_its_secret_shown_once() {
    let (site, _folder) = Site::open().await;
    insta::assert_snapshot!(create(&site, &service()).await);
    let shown = site.get("/v1/clients/billing").local().send().await;
    insta::assert_snapshot!("a_client_is_shown_without_its_secret", shown);
}

#[tokio::test]
async fn the_operators_own_client_stays_as_it_is() {
    let (site, _folder) = Site::open().await;
    let admin = site.admin().await;
    let own = "/v1/clients/symbolon-operator";
    let kept = site.ask(Method::DELETE, own).bearer(&admin).send().await;
    assert_eq!(kept.status, StatusCode::CONFLICT, "{kept}");
    assert_eq!(kept.code(), "client_built_in");
    let lives = site.get("/v1/clients").bearer(&admin).send().await;
    assert_eq!(lives.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_may_bring_its_id_secret_and_end() {
    let (site, _folder) = Site::open().await;
    let mut new = service();
    new["client_secret"] = json!("brought along");
    new["client_secret_expires_at"] = json!(1_800_000_060);
    let made = create(&site, &new).await.json();
    assert_eq!(made["client_secret"], "brought along");
    assert_eq!(made["client_secret_expires_at"], 1_800_000_060);
    let form = "grant_type=client_credentials&client_id=billing&client_secret=brought+along\
                &resource=https://auth.example/v1";
    let token = site.ask(Method::POST, "/token").form(form).send().await;
    assert_eq!(token.status, StatusCode::OK, "{token}");
}

#[tokio::test]
async fn a_public_client_has_no_secret() {
    let (site, _folder) = Site::open().await;
    let app = json!({
        "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://127.0.0.1:7777/cb"],
        "grant_types": ["authorization_code", "refresh_token"],
        "first_party": true,
    });
    insta::assert_snapshot!(create(&site, &app).await);
}

#[tokio::test]
async fn refused_metadata_speaks_both_languages() {
    let (site, _folder) = Site::open().await;
    let new = json!({"redirect_uris": ["http://app.example/cb"]});
    insta::assert_snapshot!(site.post("/v1/clients", &new).local().send().await);
}

/// A member, a value that is refused, and how.
fn refusals() -> [(&'static str, Value, u16, &'static str); 8] {
    [
        ("client_id", json!("billing"), 409, "client_id_taken"),
        ("client_id", json!("a b"), 400, "invalid_client_id"),
        ("client_id", json!("00000000001"), 400, "invalid_client_id"),
        (
            "client_secret",
            json!("short"),
            400,
            "invalid_client_secret",
        ),
        ("grant_types", json!(["password"]), 400, "invalid_document"),
        ("scope", json!(7), 400, "invalid_document"),
        ("client_name", json!("a\u{0}b"), 400, "invalid_document"),
        ("redirect_uris", json!(["/cb"]), 400, "invalid_redirect_uri"),
    ]
}

#[tokio::test]
async fn every_refusal_has_a_code_of_its_own_and_one_of_rfc_7591() {
    let (site, _folder) = Site::open().await;
    create(&site, &service()).await;
    for (member, value, status, code) in refusals() {
        let mut new = service();
        new["client_id"] = json!("other");
        new[member] = value;
        let reply = site.post("/v1/clients", &new).local().send().await;
        let found = (reply.status.as_u16(), reply.code());
        assert_eq!(found, (status, code.to_owned()), "{member}: {reply}");
        let problem = reply.json();
        let error = match code {
            "invalid_redirect_uri" => code,
            _ => "invalid_client_metadata",
        };
        assert_eq!(problem["error"], error, "{member}: {reply}");
        assert_eq!(problem["error_description"], problem["detail"]);
    }
}

#[tokio::test]
async fn clients_are_listed_page_by_page() {
    let (site, _folder) = Site::open().await;
    for number in 1..=5 {
        let mut new = service();
        new["client_id"] = json!(format!("billing-{number}"));
        create(&site, &new).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/v1/clients?limit=2".to_owned());
    loop {
        let page = site.get(&path).local().send().await.json();
        let items = page["items"].as_array().unwrap();
        seen.push(
            items
                .iter()
                .map(|one| one["client_id"].clone())
                .collect::<Vec<_>>(),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/v1/clients?limit=2&after={next}");
    }
    let pages = json!([
        ["billing-1", "billing-2"],
        ["billing-3", "billing-4"],
        ["billing-5"]
    ]);
    assert_eq!(json!(seen), pages);
}

#[tokio::test]
async fn a_wrong_page_is_refused() {
    let (site, _folder) = Site::open().await;
    for query in [
        "limit=0",
        "limit=201",
        "limit=x",
        "after=x",
        "limit=1&limit=2",
    ] {
        let reply = site
            .get(&format!("/v1/clients?{query}"))
            .local()
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}: {reply}");
    }
}

#[tokio::test]
async fn settings_are_replaced_as_a_whole_or_merged() {
    let (site, _folder) = Site::open().await;
    create(&site, &service()).await;
    let patch = json!({"client_name": null, "scope": "read", "introspect_all": true});
    let patched = site
        .ask(Method::PATCH, "/v1/clients/billing")
        .json(&patch)
        .local();
    insta::assert_snapshot!("a_client_is_merged", patched.send().await);
    let whole = json!({"grant_types": ["client_credentials"]});
    let replaced = site
        .ask(Method::PUT, "/v1/clients/billing")
        .json(&whole)
        .local();
    insta::assert_snapshot!("a_client_is_replaced", replaced.send().await);
}

#[tokio::test]
async fn a_disabled_client_gets_no_token_until_it_is_enabled() {
    let (site, _folder) = Site::open().await;
    let mut new = service();
    new["client_secret"] = json!("brought along");
    create(&site, &new).await;
    let form = "grant_type=client_credentials&client_id=billing&client_secret=brought+along\
                &resource=https://auth.example/v1";
    let token = async || {
        site.ask(Method::POST, "/token")
            .form(form)
            .send()
            .await
            .status
    };
    let stand = async |how: &str| {
        let path = format!("/v1/clients/billing/{how}");
        site.ask(Method::POST, &path).local().send().await
    };
    insta::assert_snapshot!("a_client_is_disabled", stand("disable").await);
    assert_eq!(token().await, StatusCode::UNAUTHORIZED);
    let shown = site.get("/v1/clients/billing").local().send().await;
    assert_eq!(shown.json()["state"], "disabled");
    assert_eq!(stand("enable").await.json()["state"], "live");
    assert_eq!(token().await, StatusCode::OK);
}

#[tokio::test]
async fn an_ended_client_is_unknown() {
    let (site, _folder) = Site::open().await;
    create(&site, &service()).await;
    let end = || site.ask(Method::DELETE, "/v1/clients/billing").local();
    insta::assert_snapshot!("a_client_is_ended", end().send().await);
    insta::assert_snapshot!("a_client_is_unknown", end().send().await);
    for (method, path) in [
        (Method::GET, "/v1/clients/billing"),
        (Method::POST, "/v1/clients/billing/enable"),
        (Method::GET, "/v1/clients/billing/secrets"),
    ] {
        let reply = site.ask(method, path).local().send().await;
        assert_eq!(reply.code(), "client_unknown", "{path}: {reply}");
    }
}

#[tokio::test]
async fn a_client_id_of_any_characters_has_an_address() {
    let (site, _folder) = Site::open().await;
    let mut new = service();
    new["client_id"] = json!("https://app.example/meta?x=1#y%z");
    create(&site, &new).await;
    let path = "/v1/clients/https%3A%2F%2Fapp.example%2Fmeta%3Fx%3D1%23y%25z";
    let shown = site.get(path).local().send().await;
    assert_eq!(shown.json()["client_id"], new["client_id"], "{shown}");
    for nothing in ["/v1/clients/%ff", "/v1/clients/%00", "/v1/clients/"] {
        let reply = site.get(nothing).local().send().await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{nothing}: {reply}");
    }
}
