//! Where answers go: to registered addresses alone, compared character by character (RFC 9700 §2.1).

use super::{Answer, Browser, assert_error, client, request, site};
use crate::arrange::Reply;
use serde_json::json;

async fn sent(browser: &mut Browser<'_>, client_id: &str, changed: &[(&str, &str)]) -> Reply {
    let asked = request(client_id, changed);
    browser.get(&format!("/authorize?{asked}")).await
}

#[tokio::test]
async fn an_address_that_is_not_registered_ends_on_a_page() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let long = format!("https://own.example/back?x={}", "x".repeat(2000));
    for wrong in [
        "https://own.example/back/",
        "https://own.example/back/../back",
        "https://own.example/x/%2e%2e/back",
        "https://own.example//back",
        "https://own.example/back?",
        "https://own.example/back?x=1",
        "https://own.example/back#",
        "https://own.example/back#x",
        "https://user@own.example/back",
        "https://own.example@evil.example/back",
        "https://own.example:443/back",
        "https://own.example:8443/back",
        "https://own.example.evil.example/back",
        "https://xown.example/back",
        "https://own.example%2eevil.example/back",
        "https://OWN.example/back",
        "HTTPS://own.example/back",
        "http://own.example/back",
        "https://own.example\\@evil.example/back",
        " https://own.example/back",
        "https://own.example/back\r\nset-cookie: x=1",
        "https://оwn.example/back",
        "//own.example/back",
        "/back",
        "javascript:alert(1)",
        "x",
        &long,
    ] {
        let reply = sent(&mut browser, "own", &[("redirect_uri", wrong)]).await;
        assert_error(&reply, "invalid_redirect_uri");
        assert!(!reply.text().contains("evil.example"), "{wrong}");
    }
    let reply = sent(&mut browser, "own", &[("redirect_uri", "x")]).await;
    insta::assert_snapshot!(super::told(reply));
}

#[tokio::test]
async fn an_address_of_two_thousand_characters_works() {
    let (site, ada, _folder) = site().await;
    let long = format!("https://long.example/{}", "x".repeat(2000 - 21));
    let more = json!({"redirect_uris": [long], "first_party": true});
    client(&site, "long", &more).await;
    let mut browser = Browser::of(&site, &ada).await;
    let state = "s".repeat(2048);
    let asked = [("redirect_uri", long.as_str()), ("state", &state)];
    let answer = Answer::of(&sent(&mut browser, "long", &asked).await);
    answer.code();
    assert_eq!((answer.to, answer.params["state"].len()), (long, 2048));
}

#[tokio::test]
async fn only_the_port_of_a_literal_loopback_address_is_free() {
    let (site, ada, _folder) = site().await;
    let local = json!({
        "token_endpoint_auth_method": "none",
        "redirect_uris": [
            "http://127.0.0.1/back", "http://[::1]:1/back", "http://localhost:3000/back",
        ],
    });
    client(&site, "local", &local).await;
    let mut browser = Browser::of(&site, &ada).await;
    for right in [
        "http://127.0.0.1/back",
        "http://127.0.0.1:51004/back",
        "http://[::1]/back",
        "http://[::1]:65535/back",
        "http://localhost:3000/back",
    ] {
        let asked = request("local", &[("redirect_uri", right)]);
        let answer = browser.answer(&asked).await;
        answer.code();
        assert_eq!(answer.to, right);
    }
    for wrong in [
        "http://localhost:3001/back",
        "http://localhost/back",
        "http://127.0.0.1:/back",
        "http://127.0.0.1:0x1/back",
        "http://127.0.0.1:65536/back",
        "http://127.0.0.1:1@evil.example/back",
        "http://127.0.0.1.evil.example/back",
        "http://127.0.0.2:1/back",
        "http://127.1/back",
        "http://[::1]:1/other",
        "https://127.0.0.1:1/back",
    ] {
        let reply = sent(&mut browser, "local", &[("redirect_uri", wrong)]).await;
        assert_error(&reply, "invalid_redirect_uri");
    }
}

#[tokio::test]
async fn an_address_without_a_path_works_with_any_port() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let asked = request("app", &[("redirect_uri", "http://127.0.0.1:5099")]);
    let answer = browser.answer(&asked).await;
    assert_eq!(answer.to, "http://127.0.0.1:5099");
    answer.code();
    let own = request("app", &[("redirect_uri", "com.example.app:/back")]);
    assert_eq!(browser.answer(&own).await.to, "com.example.app:/back");
}

#[tokio::test]
async fn until_client_and_address_are_certain_faults_are_told_to_the_person() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    for (changed, code) in [
        (("client_id", ""), "unknown_client"),
        (("client_id", "nobody"), "unknown_client"),
        (("client_id", "own'--"), "unknown_client"),
    ] {
        let asked = request(
            "own",
            &[changed, ("redirect_uri", "https://own.example/back")],
        );
        assert_error(&browser.get(&format!("/authorize?{asked}")).await, code);
    }
    let asked = request("app", &[("redirect_uri", "")]);
    let several = browser.get(&format!("/authorize?{asked}")).await;
    assert_error(&several, "invalid_redirect_uri");
    for twice in ["client_id=own", "redirect_uri=https://own.example/back"] {
        let asked = request("own", &[]);
        let reply = browser.get(&format!("/authorize?{asked}&{twice}")).await;
        assert_error(&reply, "invalid_request");
    }
}

#[tokio::test]
async fn what_is_wrong_afterwards_goes_back_with_state_and_issuer() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let long = "x".repeat(600);
    for (changed, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (
            ("response_type", "code id_token"),
            "unsupported_response_type",
        ),
        (("response_mode", "fragment"), "invalid_request"),
        (("scope", "openid admin"), "invalid_scope"),
        (("scope", "\""), "invalid_scope"),
        (("resource", "https://x.example"), "invalid_target"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("nonce", &long), "invalid_request"),
        (("claims", "{"), "invalid_request"),
        (("claims", "[]"), "invalid_request"),
        (("request", "x.y.z"), "request_not_supported"),
        (
            ("request_uri", "https://x.example"),
            "request_uri_not_supported",
        ),
        (("registration", "{}"), "registration_not_supported"),
    ] {
        let answer = Answer::of(&sent(&mut browser, "own", &[changed]).await);
        assert_eq!(answer.error(), error, "{changed:?}");
        assert_eq!(answer.to, "https://own.example/back");
        assert_eq!(answer.param("state"), "s 1");
        assert_eq!(answer.param("iss"), "https://auth.example");
        assert!(!answer.params.contains_key("code"));
    }
    let twice = format!("{}&state=two", request("own", &[]));
    let answer = Answer::of(&browser.get(&format!("/authorize?{twice}")).await);
    assert_eq!(answer.error(), "invalid_request");
    let asked = request("own", &[("state", &"s".repeat(2049))]);
    let answer = Answer::of(&browser.get(&format!("/authorize?{asked}")).await);
    assert_eq!(
        (answer.error(), answer.param("state")),
        ("invalid_request", "")
    );
}

#[tokio::test]
async fn a_query_that_is_registered_stays() {
    let (site, ada, _folder) = site().await;
    let more = json!({
        "redirect_uris": ["https://q.example/back?tenant=1&x=%20"], "first_party": true,
    });
    client(&site, "q", &more).await;
    let mut browser = Browser::of(&site, &ada).await;
    let asked = request(
        "q",
        &[("redirect_uri", "https://q.example/back?tenant=1&x=%20")],
    );
    let answer = Answer::of(&browser.get(&format!("/authorize?{asked}")).await);
    answer.code();
    assert_eq!((answer.param("tenant"), answer.param("x")), ("1", " "));
}

#[tokio::test]
async fn what_is_too_long_for_pages_or_codes_is_refused_and_no_failure() {
    let (site, ada, _folder) = site().await;
    let strange = "\u{1}".repeat(2048);
    let mut stranger = Browser::new(&site);
    let reply = sent(&mut stranger, "own", &[("state", &strange)]).await;
    assert_error(&reply, "invalid_request");
    // Where nobody is asked there is nothing to carry through pages.
    let mut browser = Browser::of(&site, &ada).await;
    let answer = Answer::of(&sent(&mut browser, "own", &[("state", &strange)]).await);
    answer.code();
    assert_eq!(answer.param("state"), strange);
    let nonce = "\u{1}".repeat(512);
    let answer = Answer::of(&sent(&mut browser, "own", &[("nonce", &nonce)]).await);
    assert_eq!(answer.error(), "invalid_request");
}
