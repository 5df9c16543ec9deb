//! The whole way: an application sends a person, the person signs in and allows, the browser goes
//! back.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{
    Answer, Browser, Form, PASSWORD, assert_error, error_code, form, redeem, request, site, told,
};
use crate::arrange::{Reply, Site};

/// What is typed to sign in.
pub(crate) const ADA: [(&str, &str); 2] = [("identifier", "ada"), ("password", PASSWORD)];
const ALLOW: [(&str, &str); 1] = [("decision", "allow")];

/// Sets a person's password by a one-time link, in a browser of its own.
pub(crate) async fn set_password(site: &Site, person: &str) {
    let path = format!("/v1/subjects/{person}/password-link");
    let link = site.post(&path, &json!({})).local().send().await;
    assert_eq!(link.status, StatusCode::CREATED, "{link}");
    let url = link.json()["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("https://auth.example").unwrap();
    let mut browser = Browser::new(site);
    let page = browser.get(path).await;
    let typed = [("password", PASSWORD), ("repeat", PASSWORD)];
    let set = browser.press(&page, "set-password", &typed).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{set}");
    let done = browser.follow(&set).await;
    assert!(done.text().contains("id=\"password-set\""), "{done}");
}

/// A client's answer from the journal's point of view: which events, the oldest first.
async fn journal(site: &Site) -> Vec<String> {
    let read = site.get("/v1/journal?limit=100").local().send().await;
    let items = read.json()["items"].as_array().unwrap().clone();
    let name = |one: &serde_json::Value| {
        let word = |member: &str| one[member].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", word("noun"), word("verb"), word("outcome"))
    };
    items.iter().map(name).collect()
}

#[tokio::test]
async fn a_person_signs_in_allows_and_goes_back_without_javascript() {
    let (site, ada, _folder) = site().await;
    set_password(&site, &ada).await;
    let mut browser = Browser::new(&site);
    let sent = browser
        .get(&format!("/authorize?{}", request("web", &[])))
        .await;
    let sign_in = browser.follow(&sent).await;
    let signed_in = browser.press(&sign_in, "sign-in", &ADA).await;
    let consent = browser.follow(&signed_in).await;
    let allowed = browser.press(&consent, "consent", &ALLOW).await;
    let answer = Answer::of(&allowed);
    for (name, reply) in [
        ("it_is_sent_to_the_sign_in_page", sent),
        ("the_sign_in_page", sign_in),
        ("it_is_signed_in", signed_in),
        ("the_consent_page", consent),
        ("it_goes_back_with_a_code", allowed),
    ] {
        insta::assert_snapshot!(name, told(reply));
    }
    assert_eq!(answer.to, "https://web.example/back");
    assert_eq!(answer.param("state"), "s 1");
    assert_eq!(answer.param("iss"), "https://auth.example");
    let redeemed = redeem(&site, "web", &answer.code()).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{redeemed}");
    let again = redeem(&site, "web", &answer.code()).await;
    assert_eq!(again.json()["error"], "invalid_grant");
    // The next time nobody is asked anything.
    let silent = browser
        .get(&format!("/authorize?{}", request("web", &[])))
        .await;
    Answer::of(&silent).code();
    let told = journal(&site).await;
    for event in [
        "session issue done",
        "grant create done",
        "code issue done",
        "code redeem done",
        "refresh revoke done",
    ] {
        assert!(told.iter().any(|one| one == event), "{event}: {told:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_says_the_same_whether_the_account_exists() {
    let (site, ada, _folder) = site().await;
    set_password(&site, &ada).await;
    let mut replies = Vec::new();
    for identifier in ["ada", "nobody"] {
        let mut browser = Browser::new(&site);
        let page = browser.page(&request("web", &[])).await;
        let typed = [("identifier", identifier), ("password", "not the password")];
        let reply = browser.press(&page, "sign-in", &typed).await;
        assert_ne!(error_code(&reply), "");
        replies.push((reply.status, error_code(&reply).to_owned()));
    }
    assert_eq!(replies[0], replies[1]);
}

#[tokio::test]
async fn a_double_click_on_sign_in_or_allow_leads_on_each_time() {
    let (site, ada, _folder) = site().await;
    set_password(&site, &ada).await;
    let mut browser = Browser::new(&site);
    let page = browser.page(&request("web", &[])).await;
    let before = browser.cookies.clone();
    let first = browser.press(&page, "sign-in", &ADA).await;
    browser.cookies = before;
    let second = browser.press(&page, "sign-in", &ADA).await;
    for reply in [&first, &second] {
        assert!(reply.header("location").starts_with("/consent/"), "{reply}");
    }
    let consent = browser.follow(&second).await;
    let one = browser.press(&consent, "consent", &ALLOW).await;
    let two = browser.press(&consent, "consent", &ALLOW).await;
    let codes = [Answer::of(&one).code(), Answer::of(&two).code()];
    assert_ne!(codes[0], codes[1]);
    for code in codes {
        assert_eq!(redeem(&site, "web", &code).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn back_and_reload_lead_somewhere_sensible() {
    let (site, ada, _folder) = site().await;
    set_password(&site, &ada).await;
    let mut browser = Browser::new(&site);
    let sent = browser
        .get(&format!("/authorize?{}", request("web", &[])))
        .await;
    let sign_in = browser.follow(&sent).await;
    // A reload of the page before anything was typed.
    let again = browser.follow(&sent).await;
    let signed_in = browser.press(&again, "sign-in", &ADA).await;
    // Back to the sign-in page, by address: on to the question.
    let back = browser.follow(&sent).await;
    assert!(back.header("location").starts_with("/consent/"), "{back}");
    // Back to it from the browser's memory, and signed in once more.
    let once_more = browser.press(&sign_in, "sign-in", &ADA).await;
    assert!(
        once_more.header("location").starts_with("/consent/"),
        "{once_more}"
    );
    let consent = browser.follow(&signed_in).await;
    let reloaded = browser.follow(&signed_in).await;
    assert_eq!(reloaded.status, StatusCode::OK);
    let allowed = browser.press(&reloaded, "consent", &ALLOW).await;
    Answer::of(&allowed).code();
    // Back to the question: it was answered, and answers again.
    let back = browser.follow(&signed_in).await;
    Answer::of(&back).code();
    Answer::of(&browser.press(&consent, "consent", &ALLOW).await).code();
}

#[tokio::test]
async fn a_posted_request_goes_on_as_a_get() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let posted = browser.post("/authorize", &request("own", &[])).await;
    let location = posted.header("location").to_owned();
    assert!(location.starts_with("/authorize?"), "{posted}");
    let answer = Answer::of(&browser.follow(&posted).await);
    assert_eq!(answer.param("state"), "s 1");
    answer.code();
    let long = request("own", &[("state", &"s".repeat(20_000))]);
    assert_error(&browser.post("/authorize", &long).await, "invalid_request");
}

#[tokio::test]
async fn a_form_that_posts_itself_carries_the_answer_under_the_strict_policy() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let asked = request(
        "own",
        &[("response_mode", "form_post"), ("state", "<\"&'>")],
    );
    let page = browser.get(&format!("/authorize?{asked}")).await;
    let form = Form::of(&page, "form-post");
    assert_eq!(form.action, "https://own.example/back");
    assert_eq!(form.field("iss"), "https://auth.example");
    let code = form.field("code").to_owned();
    assert!(
        page.header("content-security-policy")
            .contains("script-src 'self'")
    );
    assert!(!page.text().contains("<script>"));
    insta::assert_snapshot!(told(page));
    assert_eq!(redeem(&site, "own", &code).await.status, StatusCode::OK);
    let refused = request(
        "own",
        &[("response_mode", "form_post"), ("scope", "openid x")],
    );
    let page = browser.get(&format!("/authorize?{refused}")).await;
    assert_eq!(Form::of(&page, "form-post").field("error"), "invalid_scope");
}

#[tokio::test]
async fn whoever_denies_goes_back_without_a_code() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let page = browser.page(&request("web", &[])).await;
    let denied = browser
        .press(&page, "consent", &[("decision", "deny")])
        .await;
    let answer = Answer::of(&denied);
    assert_eq!(
        (answer.error(), answer.param("state")),
        ("access_denied", "s 1")
    );
    assert_eq!(answer.param("iss"), "https://auth.example");
    let told = journal(&site).await;
    assert!(told.contains(&"code issue refused".to_owned()), "{told:?}");
    let neither = browser.press(&page, "consent", &[]).await;
    assert_error(&neither, "invalid_request");
}

#[tokio::test]
async fn a_person_or_client_disabled_on_the_way_gets_no_code() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let code = browser.answer(&request("own", &[])).await.code();
    let consent = browser.page(&request("web", &[])).await;
    let disable = async |path: String| {
        let done = site.ask(Method::POST, &path).local().send().await;
        assert!(done.status.is_success(), "{done}");
    };
    disable("/v1/clients/web/disable".to_owned()).await;
    let reply = browser.press(&consent, "consent", &ALLOW).await;
    assert_error(&reply, "unknown_client");
    let other = browser
        .get(&format!("/authorize?{}", request("web", &[])))
        .await;
    assert_error(&other, "unknown_client");
    disable(format!("/v1/subjects/{ada}/disable")).await;
    let reply = browser
        .get(&format!("/authorize?{}", request("own", &[])))
        .await;
    assert!(reply.header("location").starts_with("/sign-in/"), "{reply}");
    let dead = redeem(&site, "own", &code).await;
    assert_eq!(dead.json()["error"], "invalid_grant", "{dead}");
}

#[tokio::test]
async fn an_address_taken_away_on_the_way_gets_no_code() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    let consent = browser.page(&request("web", &[])).await;
    let elsewhere = json!({"redirect_uris": ["https://elsewhere.example/back"]});
    let change = site.ask(Method::PATCH, "/v1/clients/web").local();
    let changed = change.json(&elsewhere).send().await;
    assert!(changed.status.is_success(), "{changed}");
    for decision in ["allow", "deny"] {
        let reply = browser
            .press(&consent, "consent", &[("decision", decision)])
            .await;
        assert_error(&reply, "invalid_redirect_uri");
    }
}

#[tokio::test]
async fn a_request_of_strange_size_or_bytes_is_a_page_and_no_failure() {
    let (site, ada, _folder) = site().await;
    let mut browser = Browser::of(&site, &ada).await;
    for path in [
        "/authorize",
        "/sign-in/",
        "/consent/",
        "/sign-out/",
        "/logout",
    ] {
        for query in [
            "request=%ff",
            "request=%",
            "request=a&request=b",
            &"x=1&".repeat(101),
        ] {
            let got = browser.get(&format!("{path}?{query}")).await;
            let posted = browser.post(path, query).await;
            for reply in [got, posted] {
                assert!(!reply.status.is_server_error(), "{path}?{query}: {reply}");
            }
        }
        let long = form(&[("request", &"A".repeat(60_000))]);
        let posted = browser.post(path, &long).await;
        assert!(is_told(&posted), "{path}: {posted}");
    }
}

/// Whether it is a page that says why not, or a redirect.
fn is_told(reply: &Reply) -> bool {
    reply.status == StatusCode::SEE_OTHER || !error_code(reply).is_empty()
}

#[tokio::test]
async fn whoever_uses_another_account_signs_in_first_and_is_asked_himself() {
    let (site, ada, _folder) = site().await;
    let eve = super::person(&site, &json!({"kind": "person", "username": "eve"})).await;
    let mut browser = Browser::of(&site, &ada).await;
    let page = browser.page(&request("web", &[])).await;
    site.later(std::time::Duration::from_secs(1)).await;
    let other = [("decision", "other")];
    let sent = browser.press(&page, "consent", &other).await;
    let sign_in = browser.follow(&sent).await;
    Form::of(&sign_in, "sign-in");
    site.later(std::time::Duration::from_secs(1)).await;
    browser.prove(&eve).await;
    let reply = browser.follow(&sent).await;
    let consent = browser.follow(&reply).await;
    assert!(
        consent
            .text()
            .contains("<strong id=\"person\">eve</strong>")
    );
    let allowed = browser.press(&consent, "consent", &ALLOW).await;
    let given = redeem(&site, "web", &Answer::of(&allowed).code())
        .await
        .json();
    let access = given["access_token"].as_str().unwrap();
    let told = site.get("/userinfo").bearer(access).send().await.json();
    assert_eq!(told["sub"], json!(eve));
}
