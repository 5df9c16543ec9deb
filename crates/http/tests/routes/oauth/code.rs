//! `/token` with an authorization code: what the client of a person who signed in is given.

use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::arrange::Site;
use crate::page::{Answer, Browser, VERIFIER, client, form, lives, redeem, request, site, token};

/// The claims of a JWT that is trusted here.
pub(super) fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn code(site: &Site, person: &str, client_id: &str) -> String {
    let mut browser = Browser::of(site, person).await;
    browser.answer(&request(client_id, &[])).await.code()
}

#[tokio::test]
async fn a_code_gives_access_refresh_and_id_token() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("own", &[]).await;
    let members: Vec<_> = given.as_object().unwrap().keys().collect();
    let expected = [
        "access_token",
        "expires_in",
        "id_token",
        "refresh_token",
        "scope",
        "token_type",
    ];
    assert_eq!(members, expected);
    assert_eq!(given["scope"], "openid read");
    let id = claims(&given["id_token"]);
    assert_eq!(id["at_hash"].as_str().unwrap().len(), 22);
    assert_eq!(id["sid"].as_str().unwrap().len(), 22);
    let steady = json!({
        "iss": "https://auth.example", "sub": ada, "aud": "own", "nonce": "n-1",
        "iat": 1_800_000_000, "exp": 1_800_003_600, "auth_time": 1_800_000_000,
        "acr": id["acr"], "amr": ["pwd"], "at_hash": id["at_hash"], "sid": id["sid"],
    });
    assert_eq!(id, steady);
    let access = claims(&given["access_token"]);
    assert_eq!(access["sub"], json!(ada));
    let userinfo = "https://auth.example/userinfo";
    assert_eq!(access["aud"], json!(["https://api.example", userinfo]));
    let other = browser.tokens("own", &[("nonce", "")]).await;
    let other = claims(&other["id_token"]);
    assert_eq!(other["nonce"], Value::Null);
    assert_ne!(other["at_hash"], id["at_hash"]);
}

#[tokio::test]
async fn what_does_not_fit_the_code_consumes_nothing() {
    let (site, ada, _folder) = site().await;
    let code = code(&site, &ada, "own").await;
    let right = format!("grant_type=authorization_code&code={code}");
    for (client_id, form) in [
        ("own", right.clone()),
        ("own", format!("{right}&code_verifier=x")),
        ("own", format!("{right}&code_verifier={VERIFIER}x")),
        (
            "own",
            format!("{right}&code_verifier={VERIFIER}&redirect_uri=https://x.example"),
        ),
        ("web", format!("{right}&code_verifier={VERIFIER}")),
        (
            "own",
            format!("grant_type=authorization_code&code={code}x&code_verifier={VERIFIER}"),
        ),
        (
            "own",
            format!("grant_type=authorization_code&code=x&code_verifier={VERIFIER}"),
        ),
    ] {
        let reply = token(&site, client_id, &form).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{form}");
        assert_eq!(reply.json()["error"], "invalid_grant", "{form}");
    }
    for twice in ["code=x", "code_verifier=x", "redirect_uri=x&redirect_uri=y"] {
        let form = format!("{right}&code_verifier={VERIFIER}&{twice}");
        let reply = token(&site, "own", &form).await;
        assert_eq!(reply.json()["error"], "invalid_request", "{twice}");
    }
    let own = "redirect_uri=https%3A%2F%2Fown.example%2Fback";
    let form = format!("{right}&code_verifier={VERIFIER}&{own}");
    let reply = token(&site, "own", &form).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
}

#[tokio::test]
async fn a_code_lives_for_a_minute_and_a_late_replay_still_ends_what_it_gave() {
    let (site, ada, _folder) = site().await;
    let unused = code(&site, &ada, "own").await;
    let used = code(&site, &ada, "own").await;
    let given = redeem(&site, "own", &used).await.json();
    site.later(Duration::from_mins(1)).await;
    let late = redeem(&site, "own", &unused).await;
    insta::assert_snapshot!(crate::page::told(late));
    assert!(lives(&site, "own", &given["access_token"]).await);
    let replayed = redeem(&site, "own", &used).await;
    insta::assert_snapshot!("a_replay", crate::page::told(replayed));
    assert!(!lives(&site, "own", &given["access_token"]).await);
    assert!(!lives(&site, "own", &given["refresh_token"]).await);
}

#[tokio::test]
async fn a_public_client_needs_its_challenge_and_a_nonce_is_enough_only_where_set() {
    let (site, ada, _folder) = site().await;
    let lax = json!({"first_party": true, "require_pkce": false});
    client(&site, "lax", &lax).await;
    let mut browser = Browser::of(&site, &ada).await;
    let bare = [("code_challenge", ""), ("code_challenge_method", "")];
    for client_id in ["app", "own", "web"] {
        let sent = browser
            .get(&format!("/authorize?{}", request(client_id, &bare)))
            .await;
        assert_eq!(Answer::of(&sent).error(), "invalid_request", "{client_id}");
    }
    let sent = browser
        .get(&format!("/authorize?{}", request("lax", &bare)))
        .await;
    let code = Answer::of(&sent).code();
    // A verifier for a code without a challenge is an attack (RFC 9700, 4.8.2).
    let refused = redeem(&site, "lax", &code).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    let back = "redirect_uri=https%3A%2F%2Flax.example%2Fback";
    let form = format!("grant_type=authorization_code&code={code}&{back}");
    let reply = token(&site, "lax", &form).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    for lost in [("nonce", ""), ("scope", "read")] {
        let asked = [bare[0], bare[1], lost];
        let sent = browser
            .get(&format!("/authorize?{}", request("lax", &asked)))
            .await;
        assert_eq!(Answer::of(&sent).error(), "invalid_request", "{lost:?}");
    }
}

#[tokio::test]
async fn a_public_clients_basic_with_an_empty_secret_is_taken_for_none() {
    let (site, ada, _folder) = site().await;
    let code = code(&site, &ada, "app").await;
    let form = form(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ]);
    let basic = format!("Basic {}", STANDARD.encode("app:"));
    let ask = site.ask(Method::POST, "/token").form(&form);
    let reply = ask.header(AUTHORIZATION.as_str(), &basic).send().await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    let basic = format!("Basic {}", STANDARD.encode("app:x"));
    let ask = site.ask(Method::POST, "/token").form(&form);
    let reply = ask.header(AUTHORIZATION.as_str(), &basic).send().await;
    assert_eq!(reply.json()["error"], "invalid_client", "{reply}");
}

#[tokio::test]
async fn claims_asked_for_by_name_are_told_where_they_were_asked_for() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let asked = json!({
        "id_token": {"email": null, "email_verified": {"essential": true}, "strange": null},
        "userinfo": {"name": {"values": ["x"]}},
    });
    let asked = asked.to_string();
    let given = browser.tokens("own", &[("claims", &asked)]).await;
    let id = claims(&given["id_token"]);
    assert_eq!(
        (&id["email"], &id["name"]),
        (&json!("ada@example.com"), &Value::Null)
    );
    assert_eq!(id["email_verified"], json!(true));
    let access = given["access_token"].as_str().unwrap();
    let told = site.get("/userinfo").bearer(access).send().await;
    assert_eq!(told.json(), json!({"sub": ada, "name": "Ada Lovelace"}));
}

#[tokio::test]
async fn a_refusal_of_somebody_known_is_journaled_and_junk_is_not() {
    let (site, ada, _folder) = site().await;
    let refusals = async || {
        let path = "/v1/journal?outcome=refused&limit=100";
        let read = site.get(path).local().send().await.json();
        read["items"].as_array().unwrap().len()
    };
    let before = refusals().await;
    let code = code(&site, &ada, "own").await;
    let form = format!("grant_type=authorization_code&code={code}&code_verifier=x");
    token(&site, "own", &form).await;
    token(
        &site,
        "own",
        "grant_type=refresh_token&refresh_token=sym_rt_x",
    )
    .await;
    let known = refusals().await - before;
    assert_eq!(known, 2, "an authenticated client's refusals");
    let before = refusals().await;
    let post = async |form: &str| super::post(&site, "/token", form).send().await;
    post("grant_type=refresh_token&client_id=nobody&refresh_token=x").await;
    let mut stranger = Browser::new(&site);
    stranger.get("/authorize?client_id=nobody").await;
    stranger.get("/consent/?request=x").await;
    stranger.post("/consent/", "request=x&csrf=x").await;
    stranger.get("/logout?id_token_hint=x").await;
    let name = stranger.name("session");
    stranger.cookies.insert(name, "sym_ss_x".to_owned());
    stranger.get("/").await;
    assert_eq!(refusals().await, before, "junk fills the journal");
}
