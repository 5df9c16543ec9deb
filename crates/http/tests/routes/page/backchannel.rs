//! Clients are told of ended sessions (OpenID Connect Back-Channel Logout): from sign-in to the token
//! that arrives.

use std::sync::Mutex;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use symbolon_identity::logout;
use symbolon_jose::JwkSet;
use symbolon_jose::jwt::{self, Expected, Purpose};
use symbolon_jose::{Algorithm, KeySet};
use symbolon_oauth::backchannel::{Deliver, Delivery, Outcome, Undelivered, deliver};
use symbolon_token::call::Call;
use symbolon_token::secret::Secret;

use super::journey::{ADA, set_password};
use super::{Browser, PASSWORD, client, person, request, site};
use crate::arrange::{Site, call};

const ISSUER: &str = "https://auth.example";
const OUT: &str = "https://told.example/out";

/// Where tokens arrive, or what holds them up.
#[derive(Default)]
struct Inbox {
    arrived: Mutex<Vec<(String, String)>>,
    fault: Option<&'static str>,
}

impl Deliver for Inbox {
    fn deliver<'a>(&'a self, address: &'a str, token: &'a Secret) -> Delivery<'a> {
        let answer = self.fault.map_or(Ok(()), |word| Err(undelivered(word)));
        if answer.is_ok() {
            let letter = (address.to_owned(), token.reveal().to_owned());
            self.arrived.lock().unwrap().push(letter);
        }
        Box::pin(async move { answer })
    }
}

fn undelivered(word: &str) -> Undelivered {
    Undelivered {
        word: word.to_owned(),
        sentence: format!("it was {word}"),
    }
}

/// Tries whatever is due now; what became of each.
async fn tell(site: &Site, inbox: &Inbox) -> Vec<Outcome> {
    let call = Call {
        now: site.now(),
        ..call()
    };
    let mut outcomes = Vec::new();
    for due in logout::due(&site.world, &call, 100).await.unwrap() {
        let outcome = deliver(&site.world, &call, inbox, &due).await;
        outcomes.push(outcome.unwrap());
    }
    outcomes
}

/// The one token that arrived at the address, verified as a client would: by the published keys.
async fn letter(site: &Site, inbox: &Inbox) -> Value {
    let arrived = std::mem::take(&mut *inbox.arrived.lock().unwrap());
    let [(address, token)] = &arrived[..] else {
        unreachable!("one letter: {arrived:?}")
    };
    assert_eq!(address, OUT);
    let head = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap());
    let head: Value = serde_json::from_slice(&head.unwrap()).unwrap();
    assert_eq!(head["typ"], "logout+jwt");
    let jwks = site.get("/jwks").send().await;
    let keys = JwkSet::parse(jwks.text()).unwrap();
    let keys = KeySet::from_jwks(&keys, &[Algorithm::Rs256]).unwrap();
    let expected = Expected::new(Purpose::LogoutToken, ISSUER, "told", site.now().seconds());
    let verified = jwt::verify::<Value>(token, &keys, &expected).unwrap();
    verified.into_claims()
}

fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// Asserts that a token tells of the session that an ID token named.
fn assert_tells(told: &Value, id: &Value, now: i64) {
    let id = claims(id);
    let jti = told["jti"].as_str().unwrap();
    assert!(jti.len() >= 20, "{told}");
    let expected = json!({
        "iss": ISSUER,
        "sub": id["sub"],
        "aud": "told",
        "iat": now,
        "exp": now + 120,
        "jti": jti,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        "sid": id["sid"],
    });
    assert_eq!(*told, expected);
}

/// The site, with a client that wants to be told and one that does not.
async fn arranged(more: &[(&str, &str)]) -> (Site, String, impl Sized + use<>) {
    let (site, ada, folder) = site().await;
    let mut told = json!({"first_party": true, "backchannel_logout_uri": OUT});
    for (name, value) in more {
        told[name] = json!(value);
    }
    client(&site, "told", &told).await;
    (site, ada, folder)
}

async fn sign_out(browser: &mut Browser<'_>) {
    let sent = browser.get("/logout").await;
    let page = browser.follow(&sent).await;
    let confirm = [("decision", "confirm")];
    let out = browser.press(&page, "sign-out", &confirm).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{out}");
}

#[tokio::test]
async fn sign_out_by_the_page_tells_whoever_took_part_once() {
    let (site, ada, _folder) = arranged(&[]).await;
    let inbox = Inbox::default();
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("told", &[]).await;
    browser.tokens("told", &[]).await;
    browser.tokens("own", &[]).await;
    let mut other = Browser::of(&site, &ada).await;
    other.tokens("told", &[]).await;
    assert_eq!(tell(&site, &inbox).await, []);
    sign_out(&mut browser).await;
    assert_eq!(tell(&site, &inbox).await, [Outcome::Told]);
    let told = letter(&site, &inbox).await;
    assert_tells(&told, &given["id_token"], site.now().seconds());
    site.later(Duration::from_hours(48)).await;
    assert_eq!(tell(&site, &inbox).await, []);
}

#[tokio::test]
async fn an_end_by_the_api_is_told() {
    let (site, ada, _folder) = arranged(&[]).await;
    let inbox = Inbox::default();
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("told", &[]).await;
    let path = format!("/v1/subjects/{ada}/sessions");
    let listed = site.get(&path).local().send().await.json();
    let id = listed["items"][0]["id"].as_str().unwrap();
    let end = site.ask(Method::DELETE, &format!("/v1/sessions/{id}"));
    assert_eq!(end.local().send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(tell(&site, &inbox).await, [Outcome::Told]);
    let told = letter(&site, &inbox).await;
    assert_tells(&told, &given["id_token"], site.now().seconds());
}

#[tokio::test]
async fn another_person_in_the_browser_is_told() {
    let (site, ada, _folder) = arranged(&[]).await;
    let eve = person(&site, &json!({"kind": "person", "username": "eve"})).await;
    for one in [&ada, &eve] {
        set_password(&site, one).await;
    }
    let inbox = Inbox::default();
    let mut browser = Browser::new(&site);
    let page = browser.page(&request("told", &[])).await;
    browser.press(&page, "sign-in", &ADA).await;
    let given = browser.tokens("told", &[]).await;
    site.later(Duration::from_secs(1)).await;
    let page = browser.page(&request("told", &[("prompt", "login")])).await;
    let eve = [("identifier", "eve"), ("password", PASSWORD)];
    browser.press(&page, "sign-in", &eve).await;
    assert_eq!(tell(&site, &inbox).await, [Outcome::Told]);
    let told = letter(&site, &inbox).await;
    assert_tells(&told, &given["id_token"], site.now().seconds());
}

#[tokio::test]
async fn a_new_password_and_a_disabled_person_are_told() {
    let (site, ada, _folder) = arranged(&[]).await;
    set_password(&site, &ada).await;
    let inbox = Inbox::default();
    let mut browser = Browser::new(&site);
    let page = browser.page(&request("told", &[])).await;
    browser.press(&page, "sign-in", &ADA).await;
    let given = browser.tokens("told", &[]).await;
    set_password(&site, &ada).await;
    assert_eq!(tell(&site, &inbox).await, [Outcome::Told]);
    let told = letter(&site, &inbox).await;
    assert_tells(&told, &given["id_token"], site.now().seconds());
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("told", &[]).await;
    let path = format!("/v1/subjects/{ada}/disable");
    let disabled = site.post(&path, &json!({})).local().send().await;
    assert!(disabled.status.is_success(), "{disabled}");
    assert_eq!(tell(&site, &inbox).await, [Outcome::Told]);
    let told = letter(&site, &inbox).await;
    assert_tells(&told, &given["id_token"], site.now().seconds());
}

#[tokio::test]
async fn a_password_that_is_disabled_or_ended_is_told() {
    let (site, ada, _folder) = arranged(&[]).await;
    let inbox = Inbox::default();
    let path = format!("/v1/subjects/{ada}/password");
    let disable = format!("{path}/disable");
    for (method, path) in [(Method::POST, &disable), (Method::DELETE, &path)] {
        set_password(&site, &ada).await;
        let mut browser = Browser::new(&site);
        let page = browser.page(&request("told", &[])).await;
        browser.press(&page, "sign-in", &ADA).await;
        let given = browser.tokens("told", &[]).await;
        let done = site.ask(method, path).local().send().await;
        assert!(done.status.is_success(), "{done}");
        assert_eq!(tell(&site, &inbox).await, [Outcome::Told], "{path}");
        let told = letter(&site, &inbox).await;
        assert_tells(&told, &given["id_token"], site.now().seconds());
    }
}

#[tokio::test]
async fn a_pairwise_client_is_told_by_its_own_name_for_the_person() {
    let (site, ada, _folder) = arranged(&[("subject_type", "pairwise")]).await;
    let inbox = Inbox::default();
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("told", &[]).await;
    assert_ne!(claims(&given["id_token"])["sub"], ada.as_str());
    sign_out(&mut browser).await;
    assert_eq!(tell(&site, &inbox).await, [Outcome::Told]);
    let told = letter(&site, &inbox).await;
    assert_tells(&told, &given["id_token"], site.now().seconds());
}

#[tokio::test]
async fn a_client_that_is_down_is_told_later_by_a_fresh_token() {
    let (site, ada, _folder) = arranged(&[]).await;
    let mut inbox = Inbox {
        fault: Some("connect"),
        ..Inbox::default()
    };
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("told", &[]).await;
    sign_out(&mut browser).await;
    let failed = [Outcome::Failed(undelivered("connect"))];
    assert_eq!(tell(&site, &inbox).await, failed);
    assert_eq!(tell(&site, &inbox).await, []);
    site.later(Duration::from_mins(5)).await;
    assert_eq!(tell(&site, &inbox).await, failed);
    inbox.fault = None;
    site.later(Duration::from_mins(5)).await;
    assert_eq!(tell(&site, &inbox).await, [Outcome::Told]);
    let told = letter(&site, &inbox).await;
    assert_tells(&told, &given["id_token"], site.now().seconds());
}

#[tokio::test]
async fn an_address_that_is_never_called_is_given_up_and_journaled() {
    let (site, ada, _folder) = arranged(&[]).await;
    let inbox = Inbox {
        fault: Some("private"),
        ..Inbox::default()
    };
    let mut browser = Browser::of(&site, &ada).await;
    browser.tokens("told", &[]).await;
    sign_out(&mut browser).await;
    for _ in 0..logout::MAX_TRIES {
        let failed = [Outcome::Failed(undelivered("private"))];
        assert_eq!(tell(&site, &inbox).await, failed);
        site.later(Duration::from_hours(24)).await;
    }
    assert_eq!(tell(&site, &inbox).await, []);
    let path = "/v1/journal?noun=logout";
    let read = site.get(path).local().send().await.json();
    let [entry] = &read["items"].as_array().unwrap()[..] else {
        unreachable!("one entry: {read}")
    };
    assert_eq!(
        (&entry["verb"], &entry["outcome"]),
        (&json!("issue"), &json!("refused"))
    );
    assert!(entry.to_string().contains("private"), "{entry}");
}

#[tokio::test]
async fn a_client_that_is_disabled_or_wants_nothing_any_more_is_not_told() {
    let (site, ada, _folder) = arranged(&[]).await;
    let inbox = Inbox::default();
    let mut browser = Browser::of(&site, &ada).await;
    browser.tokens("told", &[]).await;
    sign_out(&mut browser).await;
    let disabled = site.post("/v1/clients/told/disable", &json!({}));
    let disabled = disabled.local().send().await;
    assert!(disabled.status.is_success(), "{disabled}");
    assert_eq!(tell(&site, &inbox).await, [Outcome::Dropped("disabled")]);
    let enabled = site.post("/v1/clients/told/enable", &json!({}));
    assert!(enabled.local().send().await.status.is_success());
    let mut browser = Browser::of(&site, &ada).await;
    browser.tokens("told", &[]).await;
    sign_out(&mut browser).await;
    let nowhere = json!({"backchannel_logout_uri": null});
    let changed = site.ask(Method::PATCH, "/v1/clients/told");
    let kind = "application/merge-patch+json";
    let changed = changed.body(kind, nowhere.to_string()).local().send().await;
    assert_eq!(changed.status, StatusCode::OK, "{changed}");
    assert_eq!(tell(&site, &inbox).await, [Outcome::Dropped("no address")]);
    site.later(Duration::from_hours(48)).await;
    assert_eq!(tell(&site, &inbox).await, []);
}
