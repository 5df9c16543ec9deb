//! `/v1/subjects/{id}/password`: how it stands, and what an operator does to it.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::arrange::{Reply, Site};
use crate::page::{ADA, Browser, lives, make, request, set_password, site};

/// The page site, whose person has a password, and where the API has that.
async fn arranged() -> (Site, String, impl Sized) {
    let (site, ada, folder) = site().await;
    set_password(&site, &ada).await;
    (site, format!("/v1/subjects/{ada}/password"), folder)
}

async fn ask(site: &Site, method: Method, path: &str) -> Reply {
    site.ask(method, path).local().send().await
}

async fn state(site: &Site, path: &str) -> String {
    let shown = ask(site, Method::GET, path).await;
    assert_eq!(shown.status, StatusCode::OK, "{shown}");
    shown.json()["state"].as_str().unwrap().to_owned()
}

/// Whether the person gets past the sign-in page, in a browser of its own.
async fn enters(site: &Site) -> bool {
    let mut browser = Browser::new(site);
    let page = browser.page(&request("own", &[])).await;
    let reply = browser.press(&page, "sign-in", &ADA).await;
    reply.status == StatusCode::SEE_OTHER
}

#[tokio::test]
async fn a_password_is_shown_disabled_enabled_and_ended() {
    let (site, path, _folder) = arranged().await;
    let (disable, enable) = (format!("{path}/disable"), format!("{path}/enable"));
    for (name, method, place) in [
        ("a_password_is_live", Method::GET, &path),
        ("a_password_is_disabled", Method::POST, &disable),
        ("a_disabled_password_is_shown", Method::GET, &path),
        ("a_password_is_enabled", Method::POST, &enable),
        ("a_password_has_ended", Method::DELETE, &path),
        ("there_is_no_password", Method::GET, &path),
        ("a_password_is_unknown", Method::DELETE, &path),
    ] {
        insta::assert_snapshot!(name, ask(&site, method, place).await);
    }
}

#[tokio::test]
async fn what_descends_from_a_password_stands_as_it_does() {
    let (site, path, _folder) = arranged().await;
    let mut browser = Browser::new(&site);
    let page = browser.page(&request("own", &[])).await;
    browser.press(&page, "sign-in", &ADA).await;
    let given = browser.tokens("own", &[]).await;
    for (method, verb, works) in [
        (Method::POST, "/disable", false),
        (Method::POST, "/enable", true),
        (Method::DELETE, "", false),
    ] {
        let done = ask(&site, method, &format!("{path}{verb}")).await;
        assert!(done.status.is_success(), "{done}");
        for member in ["access_token", "refresh_token"] {
            let lives = lives(&site, "own", &given[member]).await;
            assert_eq!(lives, works, "{verb} {member}");
        }
        assert_eq!(enters(&site).await, works, "{verb}");
    }
}

#[tokio::test]
async fn a_link_sets_another_in_the_place_of_a_disabled_one() {
    let (site, path, _folder) = arranged().await;
    let shown = async || ask(&site, Method::GET, &path).await.json();
    let before = shown().await;
    ask(&site, Method::POST, &format!("{path}/disable")).await;
    set_password(&site, before["subject"].as_str().unwrap()).await;
    let after = shown().await;
    assert_eq!(after["state"], "live");
    assert_ne!(after["id"], before["id"]);
    assert!(enters(&site).await);
}

#[tokio::test]
async fn a_repeated_disabling_is_done_once() {
    let (site, path, _folder) = arranged().await;
    let disable = async || {
        let ask = site.ask(Method::POST, &format!("{path}/disable"));
        ask.local().header("idempotency-key", "1").send().await
    };
    let first = disable().await;
    ask(&site, Method::POST, &format!("{path}/enable")).await;
    let again = disable().await;
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    assert_eq!(state(&site, &path).await, "live");
    ask(&site, Method::DELETE, &path).await;
    assert_eq!(disable().await.text(), first.text());
}

#[tokio::test]
async fn nobody_has_no_password_nor_has_a_device_one() {
    let (site, _, _folder) = site().await;
    let door = json!({"kind": "device", "name": "Door 7"});
    let door = make(&site, "/v1/subjects", &door).await;
    let eve = json!({"kind": "person", "username": "eve"});
    let eve = make(&site, "/v1/subjects", &eve).await;
    let path = |id: &str| format!("/v1/subjects/{id}/password");
    let known = |one: &serde_json::Value| path(one["id"].as_str().unwrap());
    assert_eq!(state(&site, &known(&eve)).await, "none");
    for (path, status, code) in [
        (path("00000000009"), 404, "subject_unknown"),
        (known(&door), 409, "not_a_person"),
        (known(&eve), 404, "password_unknown"),
    ] {
        for (method, verb) in [
            (Method::GET, ""),
            (Method::POST, "/disable"),
            (Method::POST, "/enable"),
            (Method::DELETE, ""),
        ] {
            if (&method, code) == (&Method::GET, "password_unknown") {
                continue;
            }
            let refused = ask(&site, method, &format!("{path}{verb}")).await;
            let told = (refused.status.as_u16(), refused.code());
            assert_eq!(told, (status, code.to_owned()), "{refused}");
        }
    }
}

#[tokio::test]
async fn who_sees_persons_may_not_change_their_passwords() {
    let (site, path, _folder) = arranged().await;
    let sees = site.token("subjects:read", "https://auth.example/v1").await;
    for (method, verb, status) in [
        (Method::GET, "", StatusCode::OK),
        (Method::POST, "/disable", StatusCode::FORBIDDEN),
        (Method::POST, "/enable", StatusCode::FORBIDDEN),
        (Method::DELETE, "", StatusCode::FORBIDDEN),
    ] {
        let ask = site.ask(method, &format!("{path}{verb}"));
        let reply = ask.bearer(&sees).send().await;
        assert_eq!(reply.status, status, "{verb}: {reply}");
    }
    assert_eq!(state(&site, &path).await, "live");
}
