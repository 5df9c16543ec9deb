//! What a client may ask about the sign-in: `prompt`, `max_age`, `id_token_hint` (OpenID Connect Core
//! §3.1.2.1).

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use super::{Answer, Browser, PASSWORD, person, request, site};
use crate::arrange::{Reply, Site};

const ALLOW: [(&str, &str); 1] = [("decision", "allow")];

async fn sent(browser: &mut Browser<'_>, client_id: &str, changed: &[(&str, &str)]) -> Reply {
    let asked = request(client_id, changed);
    browser.get(&format!("/authorize?{asked}")).await
}

fn goes_to(reply: &Reply, path: &str) {
    let location = reply.header("location");
    assert!(location.starts_with(path), "{location}");
}

/// An ID token of `own` for a person.
async fn hint(site: &Site, person: &str) -> String {
    let given = Browser::of(site, person).await.tokens("own", &[]).await;
    given["id_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn prompt_none_answers_without_a_page() {
    let (site, ada, _folder) = site().await;
    let none = [("prompt", "none")];
    let mut stranger = Browser::new(&site);
    let reply = sent(&mut stranger, "own", &none).await;
    insta::assert_snapshot!(super::told(reply));
    let mut browser = Browser::of(&site, &ada).await;
    let reply = sent(&mut browser, "web", &none).await;
    assert_eq!(Answer::of(&reply).error(), "consent_required");
    Answer::of(&sent(&mut browser, "own", &none).await).code();
    browser.answer(&request("web", &[])).await.code();
    Answer::of(&sent(&mut browser, "web", &none).await).code();
    let both = [("prompt", "none login")];
    let reply = sent(&mut browser, "own", &both).await;
    assert_eq!(Answer::of(&reply).error(), "invalid_request");
}

#[tokio::test]
async fn prompt_login_and_select_account_ask_for_a_new_proof() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    for prompt in ["login", "select_account", "login consent", "login strange"] {
        site.later(Duration::from_secs(1)).await;
        let reply = sent(&mut browser, "own", &[("prompt", prompt)]).await;
        goes_to(&reply, "/sign-in/");
        let page = browser.follow(&reply).await;
        assert_eq!(page.status, StatusCode::OK, "a session is not enough");
        browser.prove(&ada).await;
        let answer = Answer::of(&browser.follow(&reply).await);
        answer.code();
    }
}

#[tokio::test]
async fn prompt_consent_asks_again_except_for_the_operators_own() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    browser.answer(&request("web", &[])).await.code();
    let reply = sent(&mut browser, "web", &[("prompt", "consent")]).await;
    goes_to(&reply, "/consent/");
    let reply = sent(&mut browser, "own", &[("prompt", "consent")]).await;
    Answer::of(&reply).code();
    let more = [("scope", "openid read write")];
    let reply = sent(&mut browser, "web", &more).await;
    goes_to(&reply, "/consent/");
    // A program that anybody could claim to be is asked for each time (RFC 8252, 8.6).
    for _ in 0..2 {
        let reply = sent(&mut browser, "app", &[]).await;
        goes_to(&reply, "/consent/");
        let page = browser.follow(&reply).await;
        Answer::of(&browser.press(&page, "consent", &ALLOW).await).code();
    }
}

#[tokio::test]
async fn max_age_asks_again_when_the_proof_is_older() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    site.later(Duration::from_mins(5)).await;
    let old = sent(&mut browser, "own", &[("max_age", "299")]).await;
    goes_to(&old, "/sign-in/");
    let silent = [("max_age", "299"), ("prompt", "none")];
    let reply = sent(&mut browser, "own", &silent).await;
    assert_eq!(Answer::of(&reply).error(), "login_required");
    Answer::of(&sent(&mut browser, "own", &[("max_age", "300")]).await).code();
    goes_to(
        &sent(&mut browser, "own", &[("max_age", "0")]).await,
        "/sign-in/",
    );
    browser.prove(&ada).await;
    Answer::of(&browser.follow(&old).await).code();
    for wrong in ["-1", "x", "1.5", "99999999999"] {
        let reply = sent(&mut browser, "own", &[("max_age", wrong)]).await;
        assert_eq!(Answer::of(&reply).error(), "invalid_request", "{wrong}");
    }
}

#[tokio::test]
async fn a_hint_names_who_must_be_signed_in() {
    let (site, ada, _folder) = site().await;
    let eve = person(&site, &json!({"kind": "person", "username": "eve"})).await;
    let hint = hint(&site, &ada).await;
    let hinted = [("id_token_hint", hint.as_str())];
    let silent = [("id_token_hint", hint.as_str()), ("prompt", "none")];
    let mut browser = Browser::of(&site, &ada).await;
    Answer::of(&sent(&mut browser, "own", &silent).await).code();
    let mut other = Browser::of(&site, &eve).await;
    let reply = sent(&mut other, "own", &silent).await;
    assert_eq!(Answer::of(&reply).error(), "login_required");
    site.later(Duration::from_secs(1)).await;
    let reply = sent(&mut other, "own", &hinted).await;
    goes_to(&reply, "/sign-in/");
    // An old one still names him.
    site.later(Duration::from_hours(2)).await;
    let mut browser = Browser::of(&site, &ada).await;
    Answer::of(&sent(&mut browser, "own", &silent).await).code();
    for wrong in ["x", "a.b.c", &format!("{hint}x"), &hint[..hint.len() - 4]] {
        let reply = sent(&mut browser, "own", &[("id_token_hint", wrong)]).await;
        assert_eq!(Answer::of(&reply).error(), "invalid_request", "{wrong}");
    }
    let access = browser.tokens("own", &[]).await["access_token"].clone();
    let access = [("id_token_hint", access.as_str().unwrap())];
    let reply = sent(&mut browser, "own", &access).await;
    assert_eq!(Answer::of(&reply).error(), "invalid_request");
}

#[tokio::test]
async fn whoever_signs_in_as_somebody_else_than_the_hint_names_is_not_asked_for_ever() {
    let (site, ada, _folder) = site().await;
    let eve = person(&site, &json!({"kind": "person", "username": "eve"})).await;
    let hint = hint(&site, &ada).await;
    let mut browser = Browser::new(&site);
    let reply = sent(&mut browser, "own", &[("id_token_hint", &hint)]).await;
    browser.follow(&reply).await;
    site.later(Duration::from_secs(1)).await;
    browser.prove(&eve).await;
    let reply = browser.follow(&reply).await;
    assert_eq!(Answer::of(&reply).error(), "login_required");
}

#[tokio::test]
async fn a_login_hint_stands_in_the_form() {
    let (site, _, _folder) = site().await;
    let mut browser = Browser::new(&site);
    let page = browser
        .page(&request("web", &[("login_hint", "a\"da<")]))
        .await;
    let shown = page.text().split_once("id=\"identifier\"").unwrap().1;
    let shown = shown.split('>').next().unwrap();
    assert!(shown.contains("value=\"a&#34;da&#60;\""), "{shown}");
    assert!(!page.text().contains(PASSWORD));
}

#[tokio::test]
async fn wishes_and_strange_parameters_are_ignored() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let wishes = [
        ("access_type", "offline"),
        ("approval_prompt", "force"),
        ("display", "popup"),
        ("ui_locales", "fr xx"),
        ("acr_values", "x"),
        ("claims_locales", "de"),
        ("include_granted_scopes", "true"),
    ];
    Answer::of(&sent(&mut browser, "own", &wishes).await).code();
}
