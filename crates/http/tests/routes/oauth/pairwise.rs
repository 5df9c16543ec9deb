//! Pairwise clients (OpenID Connect Core §8.1): nobody who compares what two of them hold learns that
//! it is the same person.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::code::claims;
use crate::arrange::Site;
use crate::page::{API, Browser, client, form, lives, make, proof, refresh, site};

const OTHER_API: &str = "https://other-api.example";

/// Clients of two sectors, and a second one of the first sector; and the tokens of one person for each.
async fn arranged() -> (Site, String, [Value; 3], impl Sized) {
    let (site, ada, folder) = site().await;
    let scopes = json!([{"name": "read"}]);
    make(
        &site,
        "/v1/resources",
        &json!({"audience": OTHER_API, "scopes": scopes}),
    )
    .await;
    let pairwise = json!({"first_party": true, "subject_type": "pairwise"});
    for client_id in ["one", "two"] {
        client(&site, client_id, &pairwise).await;
    }
    let mut sibling = pairwise.clone();
    sibling["redirect_uris"] = json!(["https://one.example/sibling"]);
    client(&site, "sibling", &sibling).await;
    let mut browser = Browser::of(&site, &ada).await;
    let given = [
        browser.tokens("one", &[]).await,
        browser.tokens("two", &[("resource", OTHER_API)]).await,
        browser
            .tokens(
                "sibling",
                &[("redirect_uri", "https://one.example/sibling")],
            )
            .await,
    ];
    (site, ada, given, folder)
}

async fn introspect(site: &Site, client_id: &str, given: &Value) -> Value {
    let text = given["access_token"].as_str().unwrap();
    let form = format!("{}&{}", proof(client_id), form(&[("token", text)]));
    super::post(site, "/introspect", &form).send().await.json()
}

#[tokio::test]
async fn a_sub_is_the_sectors_own_and_the_same_wherever_the_sector_sees_it() {
    let (site, ada, given, _folder) = arranged().await;
    let subs: Vec<_> = given
        .iter()
        .map(|one| claims(&one["id_token"])["sub"].clone())
        .collect();
    assert_ne!(subs[0], subs[1]);
    assert_eq!(subs[0], subs[2]);
    for ((client_id, given), sub) in ["one", "two", "sibling"].iter().zip(&given).zip(&subs) {
        assert_ne!(*sub, json!(ada));
        assert_eq!(claims(&given["access_token"])["sub"], *sub);
        let told = introspect(&site, client_id, given).await;
        assert_eq!((&told["active"], &told["sub"]), (&json!(true), sub));
        let access = given["access_token"].as_str().unwrap();
        let userinfo = site.get("/userinfo").bearer(access).send().await;
        assert_eq!(userinfo.json()["sub"], *sub);
        let renewed = refresh(&site, client_id, given, "").await.json();
        assert_eq!(claims(&renewed["id_token"])["sub"], *sub);
    }
}

#[tokio::test]
async fn two_sectors_that_compare_tokens_learn_nothing() {
    let (_site, ada, given, _folder) = arranged().await;
    let [one, two, _] = given.map(|one| (claims(&one["access_token"]), claims(&one["id_token"])));
    assert_ne!(one.1["sid"], two.1["sid"]);
    let person = ada.as_bytes();
    for (access, id) in [&one, &two] {
        for text in [access.to_string(), id.to_string()] {
            assert!(
                !text
                    .as_bytes()
                    .windows(person.len())
                    .any(|part| part == person)
            );
        }
    }
    let bytes = |claims: &Value| {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        URL_SAFE_NO_PAD
            .decode(claims["lin"].as_str().unwrap())
            .unwrap()
    };
    let (one, two) = (bytes(&one.0), bytes(&two.0));
    // version 2, then the packed ancestors that lead to nobody, then blocks of 16.
    assert_eq!((one[0], two[0]), (2, 2));
    let hidden = |all: &[u8]| all[usize::from(all[1]) + 2..].to_vec();
    let (one, two) = (hidden(&one), hidden(&two));
    // Person, authenticator, grant, family, session.
    assert_eq!((one.len(), two.len()), (5 * 16, 5 * 16));
    let shared = one
        .chunks(16)
        .any(|block| two.chunks(16).any(|other| other == block));
    assert!(!shared, "a block is the same");
}

#[tokio::test]
async fn what_is_veiled_dies_all_the_same() {
    let (site, ada, given, _folder) = arranged().await;
    let [one, two, sibling] = given;
    let token = one["access_token"].as_str().unwrap();
    let revoke = format!("{}&{}", proof("one"), form(&[("token", token)]));
    let reply = super::post(&site, "/revoke", &revoke).send().await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    assert!(!lives(&site, "one", &one["access_token"]).await);
    assert!(lives(&site, "two", &two["access_token"]).await);
    let renewed = refresh(&site, "two", &two, "").await.json();
    for _ in 0..2 {
        refresh(&site, "two", &renewed, "").await;
    }
    // The family of `two` dies by theft, that of `sibling` by sign-out.
    assert_eq!(
        refresh(&site, "two", &two, "").await.status,
        StatusCode::BAD_REQUEST
    );
    assert!(!lives(&site, "two", &renewed["access_token"]).await);
    assert!(lives(&site, "sibling", &sibling["access_token"]).await);
    let path = format!("/v1/subjects/{ada}/disable");
    let done = site
        .ask(axum::http::Method::POST, &path)
        .local()
        .send()
        .await;
    assert!(done.status.is_success(), "{done}");
    assert!(!lives(&site, "sibling", &sibling["access_token"]).await);
}

#[tokio::test]
async fn a_sign_out_by_a_hint_kills_what_is_veiled() {
    let (site, ada, given, _folder) = arranged().await;
    let mut browser = Browser::of(&site, &ada).await;
    let own = browser.tokens("one", &[("resource", API)]).await;
    let hint = own["id_token"].as_str().unwrap();
    let out = browser
        .get(&format!("/logout?{}", form(&[("id_token_hint", hint)])))
        .await;
    assert_eq!(out.header("location"), "/sign-out/done");
    assert!(!lives(&site, "one", &own["access_token"]).await);
    assert!(lives(&site, "one", &given[0]["access_token"]).await);
    // The hint names the person by the name that this client has for him.
    let mut browser = Browser::of(&site, &ada).await;
    let asked = [("id_token_hint", hint), ("prompt", "none")];
    browser
        .answer(&crate::page::request("one", &asked))
        .await
        .code();
    let foreign = [
        ("id_token_hint", given[1]["id_token"].as_str().unwrap()),
        ("prompt", "none"),
    ];
    let answer = browser.answer(&crate::page::request("one", &foreign)).await;
    assert_eq!(answer.error(), "login_required");
}

#[tokio::test]
async fn an_opaque_token_says_the_sectors_sub_too() {
    let (site, _, given, _folder) = arranged().await;
    let opaque = json!({"audience": "https://opaque.example", "token_format": "opaque"});
    make(&site, "/v1/resources", &opaque).await;
    let ada = claims(&given[0]["id_token"])["sub"].clone();
    let person = site
        .get("/v1/subjects?search=ada")
        .local()
        .send()
        .await
        .json();
    let person = person["items"][0]["id"].as_str().unwrap().to_owned();
    let mut browser = Browser::of(&site, &person).await;
    let asked = [("resource", "https://opaque.example")];
    let own = browser.tokens("one", &asked).await;
    assert!(own["access_token"].as_str().unwrap().starts_with("sym_at_"));
    let told = introspect(&site, "one", &own).await;
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &ada));
}
