//! `/userinfo` (OpenID Connect Core §5.3).

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::code::claims;
use super::told;
use crate::page::{Browser, client, form, person, site};

#[tokio::test]
async fn the_claims_are_those_of_the_scope() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    for (name, scope) in [
        ("openid_alone", "openid"),
        ("with_email", "openid email"),
        ("with_everything", "openid profile email phone address"),
    ] {
        let given = browser.tokens("own", &[("scope", scope)]).await;
        let access = given["access_token"].as_str().unwrap();
        let reply = site.get("/userinfo").bearer(access).send().await;
        let posted = site
            .ask(Method::POST, "/userinfo")
            .bearer(access)
            .send()
            .await;
        assert_eq!(reply.json(), posted.json());
        insta::assert_snapshot!(name, told(reply));
    }
}

#[tokio::test]
async fn verified_is_a_boolean_whether_or_not_anybody_said_so() {
    let (site, _, _folder) = site().await;
    for (username, claims, expected) in [
        ("bob", json!({"email": "b@example.com"}), json!(false)),
        (
            "cid",
            json!({"email": "c@example.com", "email_verified": true}),
            json!(true),
        ),
        ("dan", json!({}), Value::Null),
    ] {
        let new = json!({"kind": "person", "username": username, "claims": claims});
        let id = person(&site, &new).await;
        let mut browser = Browser::of(&site, &id).await;
        let given = browser.tokens("own", &[("scope", "openid email")]).await;
        let access = given["access_token"].as_str().unwrap();
        let told = site.get("/userinfo").bearer(access).send().await.json();
        assert_eq!(told["email_verified"], expected);
    }
}

#[tokio::test]
async fn a_client_that_asked_for_it_gets_a_signed_answer() {
    let (site, ada, _folder) = site().await;
    let signed = json!({"first_party": true, "userinfo_signed_response_alg": "ES256"});
    client(&site, "signed", &signed).await;
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("signed", &[("scope", "openid email")]).await;
    let access = given["access_token"].as_str().unwrap();
    let reply = site.get("/userinfo").bearer(access).send().await;
    assert_eq!(reply.header("content-type"), "application/jwt");
    assert_eq!(reply.header("cache-control"), "no-store");
    let expected = json!({
        "iss": "https://auth.example", "aud": "signed", "sub": ada,
        "email": "ada@example.com", "email_verified": true,
    });
    assert_eq!(claims(&reply.text().into()), expected);
    // It is no access token, and no hint.
    let again = site.get("/userinfo").bearer(reply.text()).send().await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_that_is_not_for_it_is_refused() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("own", &[("scope", "read")]).await;
    let access = given["access_token"].as_str().unwrap().to_owned();
    let openid = browser.tokens("own", &[]).await;
    let id = openid["id_token"].as_str().unwrap().to_owned();
    let refresh = openid["refresh_token"].as_str().unwrap().to_owned();
    for wrong in ["", "x", &access, &id, &refresh] {
        let reply = site.get("/userinfo").bearer(wrong).send().await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{reply}");
        let challenge = reply.header("www-authenticate");
        assert!(challenge.starts_with("Bearer"), "{challenge}");
    }
    let none = site.get("/userinfo").send().await;
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
    insta::assert_snapshot!(told(none));
}

#[tokio::test]
async fn the_token_may_stand_in_the_form_and_in_one_place_only() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("own", &[("scope", "openid")]).await;
    let access = given["access_token"].as_str().unwrap();
    let post = || site.ask(Method::POST, "/userinfo");
    let in_form = form(&[("access_token", access)]);
    let told = post().form(&in_form).send().await;
    assert_eq!(told.json(), json!({"sub": ada}));
    let twice = form(&[("access_token", access), ("access_token", access)]);
    for wrong in [post().bearer(access).form(&in_form), post().form(&twice)] {
        let reply = wrong.send().await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{reply}");
        let challenge = "Bearer error=\"invalid_request\"";
        assert_eq!(reply.header("www-authenticate"), challenge);
    }
    let elsewhere = post().body("application/json", in_form).send().await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED);
    let in_query = site.get(&format!("/userinfo?access_token={access}"));
    assert_eq!(in_query.send().await.status, StatusCode::UNAUTHORIZED);
}
