//! What others make a browser send: forged forms, framed pages, planted cookies, old pages.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use super::{Answer, Browser, Form, assert_error, person, request, site};
use crate::arrange::Site;

const ALLOW: [(&str, &str); 1] = [("decision", "allow")];

/// The page of each form that acts, and what is typed there.
async fn pages(browser: &mut Browser<'_>) -> Vec<(&'static str, Form)> {
    let mut sign_in = Browser {
        cookies: browser.cookies.clone(),
        site: browser.site,
    };
    let session = sign_in.name("session");
    sign_in.cookies.remove(&session);
    let page = sign_in.page(&request("web", &[])).await;
    let mut forms = vec![("sign-in", Form::of(&page, "sign-in"))];
    let page = browser.page(&request("web", &[])).await;
    forms.push(("consent", Form::of(&page, "consent")));
    let page = browser.get("/sign-out/").await;
    forms.push(("sign-out", Form::of(&page, "sign-out")));
    let page = browser.get("/set-password/").await;
    forms.push(("set-password", Form::of(&page, "set-password")));
    forms
}

/// How often a forged form is in the journal.
async fn forgeries(site: &Site) -> usize {
    let path = "/v1/journal?noun=session&outcome=refused&limit=100";
    let read = site.get(path).local().send().await;
    read.json()["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_form_with_a_missing_or_foreign_token_does_nothing() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let mut other = Browser::of(&site, &ada).await;
    let own = pages(&mut browser).await;
    let foreign = pages(&mut other).await;
    for ((name, form), (_, theirs)) in own.iter().zip(&foreign) {
        let neighbours = own.iter().filter(|(another, _)| another != name);
        let mut tokens: Vec<&str> = neighbours.map(|(_, form)| form.field("csrf")).collect();
        tokens.extend(["", "x", theirs.field("csrf")]);
        for token in tokens {
            let typed = [
                ("csrf", token),
                ("decision", "allow"),
                ("identifier", "ada"),
                ("password", "x"),
            ];
            let (action, fields) = form.filled(&typed);
            let reply = browser.post(&action, &fields).await;
            assert_error(&reply, "csrf");
        }
    }
    assert!(forgeries(&site).await > 0, "nothing is journaled");
    // Nobody was signed out, and nothing was allowed.
    let page = browser.page(&request("web", &[])).await;
    Form::of(&page, "consent");
}

#[tokio::test]
async fn a_token_holds_for_its_own_request_and_person_alone() {
    let (site, ada, _folder) = site().await;
    let eve = person(&site, &json!({"kind": "person", "username": "eve"})).await;
    let mut browser = Browser::of(&site, &ada).await;
    let one = browser.page(&request("web", &[])).await;
    let one = Form::of(&one, "consent");
    let two = browser
        .page(&request("web", &[("scope", "openid read write")]))
        .await;
    let two = Form::of(&two, "consent");
    let mixed = [("csrf", one.field("csrf")), ("decision", "allow")];
    let (action, fields) = two.filled(&mixed);
    assert_error(&browser.post(&action, &fields).await, "csrf");
    // Somebody else has signed in since the page was opened.
    browser.prove(&eve).await;
    let (action, fields) = one.filled(&ALLOW);
    assert_error(&browser.post(&action, &fields).await, "other_person");
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_so() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    for (_, form) in pages(&mut browser).await {
        let typed = [
            ("identifier", "ada"),
            ("password", "x"),
            ("decision", "allow"),
        ];
        let (action, fields) = form.filled(&typed);
        let reply = Browser::new(&site).post(&action, &fields).await;
        let is_sent_on = reply.status == StatusCode::SEE_OTHER
            && !reply.header("location").starts_with("https://");
        if !is_sent_on {
            assert_error(&reply, "no_cookie");
        }
    }
}

#[tokio::test]
async fn no_page_can_be_framed_or_kept() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let mut stranger = Browser::new(&site);
    let form_post = request("own", &[("response_mode", "form_post")]);
    let pages = [
        stranger.page(&request("web", &[])).await,
        browser.page(&request("web", &[])).await,
        browser.get("/sign-out/").await,
        browser.get("/sign-out/done").await,
        browser.get("/set-password/").await,
        browser.get("/").await,
        browser.get("/authorize").await,
        browser.get(&format!("/authorize?{form_post}")).await,
        browser.get("/set-password/sym_pl_x").await,
    ];
    for page in pages {
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{page}");
        assert!(policy.starts_with("default-src 'none'"), "{page}");
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
    }
}

#[tokio::test]
async fn a_cookie_planted_before_the_sign_in_is_not_the_session_after_it() {
    let (site, ada, _folder) = site().await;
    super::journey::set_password(&site, &ada).await;
    let eve = person(&site, &json!({"kind": "person", "username": "eve"})).await;
    let planted = Browser::of(&site, &eve).await.cookies;
    for own in [&planted, &Browser::of(&site, &ada).await.cookies] {
        let mut browser = Browser::new(&site);
        browser.cookies.clone_from(own);
        let name = browser.name("session");
        site.later(Duration::from_secs(1)).await;
        let page = browser.page(&request("own", &[("prompt", "login")])).await;
        let signed_in = browser.press(&page, "sign-in", &super::journey::ADA).await;
        Answer::of(&signed_in).code();
        assert_ne!(browser.cookies[&name], own[&name]);
        // Whoever planted it has nothing in hand.
        let mut thief = Browser::new(&site);
        thief.cookies.clone_from(own);
        let page = thief.get("/").await;
        assert!(page.header("location").starts_with("/sign-in/"), "{page}");
    }
    // Nor does a made-up one become one.
    let mut browser = Browser::new(&site);
    let name = browser.name("session");
    browser.cookies.insert(name.clone(), "planted".to_owned());
    let page = browser.page(&request("own", &[])).await;
    browser.press(&page, "sign-in", &super::journey::ADA).await;
    assert!(browser.cookies[&name].starts_with("sym_ss_"));
}

#[tokio::test]
async fn session_cookies_are_for_our_eyes_and_this_host_alone() {
    let (site, ada, _folder) = site().await;
    super::journey::set_password(&site, &ada).await;
    let mut browser = Browser::new(&site);
    let page = browser.get("/sign-in/").await;
    let signed_in = browser.press(&page, "sign-in", &super::journey::ADA).await;
    for reply in [page, signed_in] {
        let cookie = reply.header("set-cookie");
        assert!(cookie.starts_with("__Host-symbolon-"), "{cookie}");
        for flag in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn a_page_left_open_for_a_day_has_expired() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let consent = browser.page(&request("web", &[])).await;
    let consent = Form::of(&consent, "consent");
    let mut stranger = Browser::new(&site);
    let sign_in = stranger.page(&request("web", &[])).await;
    let sign_in = Form::of(&sign_in, "sign-in");
    site.later(Duration::from_hours(23)).await;
    let (action, fields) = consent.filled(&ALLOW);
    assert_error(&browser.post(&action, &fields).await, "expired_page");
    site.later(Duration::from_hours(1)).await;
    let (action, fields) = consent.filled(&ALLOW);
    assert_error(&browser.post(&action, &fields).await, "expired_page");
    let (action, fields) = sign_in.filled(&super::journey::ADA);
    assert_error(&stranger.post(&action, &fields).await, "expired_page");
    let path = format!("/consent/?request={}", consent.field("request"));
    let page = browser.get(&path).await;
    assert_error(&page, "expired_page");
    insta::assert_snapshot!(super::told(page));
}

#[tokio::test]
async fn a_request_that_was_changed_or_is_another_realms_has_expired() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let page = browser.page(&request("web", &[])).await;
    let sealed = Form::of(&page, "consent").field("request").to_owned();
    for changed in [
        format!("{sealed}A"),
        sealed[1..].to_owned(),
        sealed.to_ascii_uppercase(),
        "A".repeat(7000),
        "é".repeat(3000),
    ] {
        for path in ["/consent/", "/sign-in/", "/sign-out/"] {
            let query = super::form(&[("request", &changed)]);
            let page = browser.get(&format!("{path}?{query}")).await;
            assert_error(&page, "expired_page");
        }
    }
    // What one form carries is nothing to another.
    let page = browser.get(&format!("/sign-out/?request={sealed}")).await;
    assert_error(&page, "expired_page");
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    super::make(&site, "/v1/realms", &new).await;
    let page = browser
        .get(&format!("/tenant/consent/?request={sealed}"))
        .await;
    assert_error(&page, "expired_page");
}

#[tokio::test]
async fn who_signed_out_in_another_tab_signs_in_before_he_allows() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let consent = browser.page(&request("web", &[])).await;
    let before = browser.cookies.clone();
    let page = browser.get("/sign-out/").await;
    let signed_out = browser.press(&page, "sign-out", &[]).await;
    assert_eq!(signed_out.header("location"), "/sign-out/done");
    let reply = browser.press(&consent, "consent", &ALLOW).await;
    assert!(reply.header("location").starts_with("/sign-in/"), "{reply}");
    // The cookie from before is worth as little.
    browser.cookies = before;
    let reply = browser.press(&consent, "consent", &ALLOW).await;
    assert!(reply.header("location").starts_with("/sign-in/"), "{reply}");
}

#[tokio::test]
async fn who_signed_out_and_in_in_another_tab_is_asked_again() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let consent = browser.page(&request("web", &[])).await;
    let page = browser.get("/sign-out/").await;
    browser.press(&page, "sign-out", &[]).await;
    browser.prove(&ada).await;
    let reply = browser.press(&consent, "consent", &ALLOW).await;
    assert!(reply.header("location").starts_with("/consent/"), "{reply}");
    assert_eq!(forgeries(&site).await, 0);
}

#[tokio::test]
async fn what_one_realm_gave_is_nothing_to_another_on_the_same_host() {
    let (site, ada, _folder) = site().await;
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    let tenant = super::make(&site, "/v1/realms", &new).await;
    let own = json!({
        "client_id": "own",
        "client_secret": "a secret of the tests",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://own.example/back"],
        "first_party": true,
    });
    let made = site.post("/tenant/v1/clients", &own).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    let mut browser = Browser::of(&site, &ada).await;
    let asked = request("own", &[("scope", "openid"), ("prompt", "none")]);
    let answer = browser.answer(&asked).await;
    let there = browser.get(&format!("/tenant/authorize?{asked}")).await;
    let other = Answer::of(&there);
    assert_eq!(other.error(), "login_required");
    // So that a client of both knows whose answer it is (RFC 9207).
    assert_eq!(answer.param("iss"), "https://auth.example");
    assert_eq!(other.param("iss"), "https://auth.example/tenant");
    // The cookie under the other realm's name is no session there.
    let cookie = browser.cookies[&browser.name("session")].clone();
    let id = tenant["id"].as_str().unwrap();
    let name = format!("__Host-symbolon-session-{id}");
    browser.cookies.insert(name, cookie);
    let there = browser.get(&format!("/tenant/authorize?{asked}")).await;
    assert_eq!(Answer::of(&there).error(), "login_required");
    // Nor are code, refresh token and hint.
    let code = answer.code();
    let post = async |path: &str, more: &str| {
        let form = format!("{}&{more}", super::proof("own"));
        let ask = site.ask(axum::http::Method::POST, path).form(&form);
        ask.send().await.json()
    };
    let verifier = super::VERIFIER;
    let redeem = format!("grant_type=authorization_code&code={code}&code_verifier={verifier}");
    assert_eq!(
        post("/tenant/token", &redeem).await["error"],
        "invalid_grant"
    );
    let given = post("/token", &redeem).await;
    let token = given["refresh_token"].as_str().unwrap();
    let turn = format!("grant_type=refresh_token&refresh_token={token}");
    assert_eq!(post("/tenant/token", &turn).await["error"], "invalid_grant");
    let token = given["access_token"].as_str().unwrap();
    let known = post("/tenant/introspect", &format!("token={token}")).await;
    assert_eq!(known, json!({"active": false}));
    let hint = given["id_token"].as_str().unwrap();
    let out = browser
        .get(&format!("/tenant/logout?id_token_hint={hint}"))
        .await;
    assert_error(&out, "invalid_id_token_hint");
    assert!(super::lives(&site, "own", &given["access_token"]).await);
}
