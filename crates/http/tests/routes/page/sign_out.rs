//! `/logout` and `/sign-out/`: sign-out by a person or a client (OpenID Connect RP-Initiated Logout).

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Browser, assert_error, client, form, lives, refresh, request, site, told};
use crate::arrange::Reply;

const BYE: &str = "https://web.example/bye";

async fn logout(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Reply {
    browser.get(&format!("/logout?{}", form(fields))).await
}

fn hint(given: &Value) -> &str {
    given["id_token"].as_str().unwrap()
}

/// Whether somebody is signed in.
async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_person_signs_out_by_the_form() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("web", &[]).await;
    let sent = logout(&mut browser, &[]).await;
    assert!(is_signed_in(&mut browser).await, "nobody has confirmed it");
    let page = browser.follow(&sent).await;
    let confirm = [("decision", "confirm")];
    let out = browser.press(&page, "sign-out", &confirm).await;
    let done = browser.follow(&out).await;
    assert!(done.text().contains("id=\"signed-out\""));
    for (name, reply) in [
        ("the_question", page),
        ("it_is_signed_out", out),
        ("the_page_after", done),
    ] {
        insta::assert_snapshot!(name, told(reply));
    }
    assert!(!is_signed_in(&mut browser).await);
    assert!(!lives(&site, "web", &given["access_token"]).await);
    let dead = refresh(&site, "web", &given, "").await;
    assert_eq!(dead.json()["error"], "invalid_grant", "{dead}");
    let userinfo = site
        .get("/userinfo")
        .bearer(given["access_token"].as_str().unwrap());
    assert_eq!(userinfo.send().await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_client_with_its_own_hint_signs_out_at_once_and_gets_the_browser_back() {
    let (site, ada, _folder) = site().await;
    for posted in [false, true] {
        let mut browser = Browser::of(&site, &ada).await;
        let given = browser.tokens("web", &[]).await;
        let fields = [
            ("id_token_hint", hint(&given)),
            ("client_id", "web"),
            ("post_logout_redirect_uri", BYE),
            ("state", "a b"),
        ];
        let reply = if posted {
            let reply = browser.post("/logout", &form(&fields)).await;
            browser.follow(&reply).await
        } else {
            logout(&mut browser, &fields).await
        };
        assert_eq!(reply.header("location"), format!("{BYE}?state=a+b"));
        assert!(!is_signed_in(&mut browser).await);
        assert!(!lives(&site, "web", &given["access_token"]).await);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_to_the_person_and_ends_nothing() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let web = browser.tokens("web", &[]).await;
    let own = browser.tokens("own", &[]).await;
    let web = hint(&web);
    let changed = format!("{web}x");
    for (fields, code) in [
        (
            vec![
                ("id_token_hint", web),
                ("post_logout_redirect_uri", "https://web.example/"),
            ],
            "invalid_post_logout_redirect_uri",
        ),
        (
            vec![
                ("id_token_hint", web),
                ("post_logout_redirect_uri", "https://web.example/back"),
            ],
            "invalid_post_logout_redirect_uri",
        ),
        (
            vec![("client_id", "own"), ("post_logout_redirect_uri", BYE)],
            "invalid_post_logout_redirect_uri",
        ),
        (
            vec![("client_id", "nobody"), ("post_logout_redirect_uri", BYE)],
            "invalid_post_logout_redirect_uri",
        ),
        (
            vec![("post_logout_redirect_uri", BYE)],
            "invalid_post_logout_redirect_uri",
        ),
        (vec![("id_token_hint", "x")], "invalid_id_token_hint"),
        (vec![("id_token_hint", &changed)], "invalid_id_token_hint"),
        (
            vec![("id_token_hint", own["access_token"].as_str().unwrap())],
            "invalid_id_token_hint",
        ),
        (
            vec![("id_token_hint", hint(&own)), ("client_id", "web")],
            "other_clients_hint",
        ),
        (
            vec![("client_id", "web"), ("client_id", "own")],
            "invalid_request",
        ),
    ] {
        let reply = logout(&mut browser, &fields).await;
        assert_error(&reply, code);
        assert!(is_signed_in(&mut browser).await, "{fields:?}");
    }
}

#[tokio::test]
async fn a_hint_of_another_session_only_asks() {
    let (site, ada, _folder) = site().await;
    let given = Browser::of(&site, &ada).await.tokens("web", &[]).await;
    let mut browser = Browser::of(&site, &ada).await;
    let fields = [
        ("id_token_hint", hint(&given)),
        ("post_logout_redirect_uri", BYE),
    ];
    let reply = logout(&mut browser, &fields).await;
    assert!(
        reply.header("location").starts_with("/sign-out/"),
        "{reply}"
    );
    assert!(is_signed_in(&mut browser).await);
    let page = browser.follow(&reply).await;
    assert!(page.text().contains("Web Shop"));
    let out = browser
        .press(&page, "sign-out", &[("decision", "confirm")])
        .await;
    assert_eq!(out.header("location"), BYE);
}

#[tokio::test]
async fn where_nobody_is_signed_in_there_is_nothing_to_ask() {
    let (site, _, _folder) = site().await;
    let mut browser = Browser::new(&site);
    let reply = logout(&mut browser, &[]).await;
    assert_eq!(reply.header("location"), "/sign-out/done");
    let fields = [("client_id", "web"), ("post_logout_redirect_uri", BYE)];
    let reply = logout(&mut browser, &fields).await;
    assert_eq!(reply.header("location"), BYE);
}

#[tokio::test]
async fn a_client_that_was_disabled_does_not_keep_people_signed_in() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let disabled = site.ask(Method::POST, "/v1/clients/web/disable").local();
    assert!(disabled.send().await.status.is_success());
    let fields = [("client_id", "web")];
    let reply = logout(&mut browser, &fields).await;
    let page = browser.follow(&reply).await;
    let out = browser
        .press(&page, "sign-out", &[("decision", "confirm")])
        .await;
    assert_eq!(out.header("location"), "/sign-out/done");
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn offline_access_outlives_the_session_and_nothing_else_does() {
    let (site, ada, _folder) = site().await;
    client(&site, "mail", &json!({"first_party": true})).await;
    let mut browser = Browser::of(&site, &ada).await;
    let offline = [("scope", "openid read offline_access")];
    let kept = browser.tokens("mail", &offline).await;
    let lost = browser.tokens("own", &[]).await;
    let reply = logout(&mut browser, &[("id_token_hint", hint(&lost))]).await;
    assert_eq!(reply.header("location"), "/sign-out/done");
    assert!(lives(&site, "mail", &kept["access_token"]).await);
    let renewed = refresh(&site, "mail", &kept, "").await;
    assert_eq!(renewed.status, StatusCode::OK, "{renewed}");
    assert!(!lives(&site, "own", &lost["access_token"]).await);
    let dead = refresh(&site, "own", &lost, "").await;
    assert_eq!(dead.json()["error"], "invalid_grant", "{dead}");
    // A code on its way when the session ended gives nothing either.
    let mut browser = Browser::of(&site, &ada).await;
    let code = browser.answer(&request("own", &[])).await.code();
    let page = browser.get("/sign-out/").await;
    browser.press(&page, "sign-out", &[]).await;
    let dead = super::redeem(&site, "own", &code).await;
    assert_eq!(dead.json()["error"], "invalid_grant", "{dead}");
}
