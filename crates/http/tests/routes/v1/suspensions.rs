//! `/v1/suspensions`: what is suspended is refused, and comes back as it was.

use axum::http::StatusCode;
use serde_json::{Value, json};
use symbolon_store::Sequence;
use symbolon_store::testing::each_engine;

use super::revocations::{Tokens, ancestor, cause, lives, revoke};
use crate::arrange::{Ask, Reply, Site, migrations};
use crate::page::{API, Browser, refresh, request, site as people};

fn ask<'s>(site: &'s Site, path: &str, cause: &Value) -> Ask<'s> {
    let asked = json!({"cause": cause, "reason": "mislaid"});
    site.post(path, &asked)
}

fn done(reply: &Reply) -> Value {
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    reply.json()
}

async fn suspend(site: &Site, cause: &Value) -> Value {
    let reply = ask(site, "/v1/suspensions", cause).local().send().await;
    done(&reply)
}

async fn resume(site: &Site, cause: &Value) -> Value {
    let reply = ask(site, "/v1/suspensions/resume", cause)
        .local()
        .send()
        .await;
    done(&reply)
}

#[tokio::test]
async fn each_cause_takes_what_descends_from_it_out_of_use_and_gives_it_back() {
    for (name, left) in [
        ("subject", [false, false, true, true]),
        ("client", [false, true, false, true]),
        ("client_secret", [true, true, true, false]),
        ("session", [false, false, true, true]),
        ("grant", [false, true, true, true]),
        ("node", [false, true, true, true]),
    ] {
        let (site, ada, _folder) = people().await;
        let tokens = Tokens::issue(&site, &ada).await;
        let cause = cause(&site, &ada, (&tokens, name)).await;
        let said = suspend(&site, &cause).await;
        assert_eq!(
            (&said["state"], &said["epoch"]),
            (&json!("suspended"), &json!(0)),
            "{name}"
        );
        assert_eq!(tokens.live(&site).await, left, "{name}");
        assert_eq!(suspend(&site, &cause).await["state"], "suspended", "{name}");
        let said = resume(&site, &cause).await;
        assert_eq!(
            (&said["state"], &said["epoch"]),
            (&json!("live"), &json!(0)),
            "{name}"
        );
        assert_eq!(tokens.live(&site).await, [true; 4], "{name}");
        // To revoke is for ever.
        suspend(&site, &cause).await;
        revoke(&site, &cause).await;
        let again = ask(&site, "/v1/suspensions/resume", &cause)
            .local()
            .send()
            .await;
        let is_gone = again.status == StatusCode::NOT_FOUND;
        assert_eq!(
            is_gone,
            !["subject", "client"].contains(&name),
            "{name}: {again}"
        );
        assert_eq!(tokens.live(&site).await, left, "{name}");
    }
}

#[tokio::test]
async fn a_session_that_is_out_of_use_is_a_cause_by_its_node_too() {
    for by in ["session", "subject"] {
        let (site, ada, _folder) = people().await;
        let tokens = Tokens::issue(&site, &ada).await;
        let named = cause(&site, &ada, (&tokens, "session")).await;
        let node = json!({"node": named["session"]});
        let suspended = cause(&site, &ada, (&tokens, by)).await;
        suspend(&site, &suspended).await;
        if by == "session" {
            assert_eq!(resume(&site, &node).await["state"], "live");
            suspend(&site, &node).await;
        }
        revoke(&site, &node).await;
        if by == "subject" {
            resume(&site, &suspended).await;
        }
        assert!(!tokens.live(&site).await[0], "{by}");
    }
}

#[tokio::test]
async fn a_suspended_session_signs_nobody_in_and_turns_no_refresh_token_until_it_is_resumed() {
    let (site, ada, _folder) = people().await;
    let mut browser = Browser::of(&site, &ada).await;
    let tokens = browser.tokens("own", &[]).await;
    let access = tokens["access_token"].as_str().unwrap();
    let session = json!({"session": ancestor(&site, access, "session").await});
    suspend(&site, &session).await;
    let turned = refresh(&site, "own", &tokens, "").await;
    assert_eq!(turned.status, StatusCode::BAD_REQUEST, "{turned}");
    let silent = request("own", &[("prompt", "none")]);
    assert_eq!(browser.answer(&silent).await.error(), "login_required");
    resume(&site, &session).await;
    let turned = refresh(&site, "own", &tokens, "").await;
    assert_eq!(turned.status, StatusCode::OK, "{turned}");
    assert!(browser.answer(&silent).await.params.contains_key("code"));
}

#[tokio::test]
async fn a_suspended_secret_proves_nothing_and_the_journal_says_by_whom_and_why() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let api = json!({"audience": API, "scopes": [{"name": "read"}]});
        site.post("/v1/resources", &api).local().send().await;
        let token = site.token("read", API).await;
        let secret = ancestor(&site, &token, "client_secret").await;
        let secret = json!({ "client_secret": secret });
        let said = suspend(&site, &secret).await;
        let form = "grant_type=client_credentials&client_id=service-read\
                    &client_secret=a+secret+of+the+tests&resource=https://api.example";
        let asked = || {
            site.ask(axum::http::Method::POST, "/token")
                .form(form)
                .send()
        };
        assert_eq!(asked().await.status, StatusCode::UNAUTHORIZED);
        let entry = site
            .get("/v1/journal?verb=suspend")
            .local()
            .send()
            .await
            .json();
        let entry = &entry["items"][0];
        for (member, value) in [
            ("sequence", &said["sequence"]),
            ("reason", &json!("mislaid")),
            ("actor", &json!("operator")),
            ("noun", &json!("client_secret")),
            ("state", &json!("disabled")),
        ] {
            assert_eq!(&entry[member], value, "{entry}");
        }
        resume(&site, &secret).await;
        assert_eq!(asked().await.status, StatusCode::OK);
        assert!(lives(&site, &token).await);
    })
    .await;
}

#[tokio::test]
async fn a_mislaid_password_comes_back() {
    let (site, ada, _folder) = people().await;
    let mut browser = Browser::by_password(&site, &ada).await;
    let tokens = browser.tokens("own", &[]).await;
    let access = tokens["access_token"].as_str().unwrap();
    let password = json!({"authenticator": ancestor(&site, access, "authenticator").await});
    suspend(&site, &password).await;
    assert!(!lives(&site, access).await);
    resume(&site, &password).await;
    assert!(lives(&site, access).await);
}

#[tokio::test]
async fn who_may_revoke_may_suspend_and_to_enable_takes_the_right_to() {
    let (site, ada, _folder) = people().await;
    let tokens = Tokens::issue(&site, &ada).await;
    let audience = "https://auth.example/v1";
    let token = site.token("revoke", audience).await;
    let client = json!({"client": "own"});
    let suspended = ask(&site, "/v1/suspensions", &client)
        .bearer(&token)
        .send()
        .await;
    assert_eq!(suspended.status, StatusCode::OK, "{suspended}");
    let refused = ask(&site, "/v1/suspensions/resume", &client)
        .bearer(&token)
        .send()
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused}");
    let both = site.token("clients:write revoke", audience).await;
    let resumed = ask(&site, "/v1/suspensions/resume", &client)
        .bearer(&both)
        .send()
        .await;
    assert_eq!(resumed.status, StatusCode::OK, "{resumed}");
    let session = cause(&site, &ada, (&tokens, "session")).await;
    for path in ["/v1/suspensions", "/v1/suspensions/resume"] {
        let reply = ask(&site, path, &session).bearer(&token).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{reply}");
    }
}

#[tokio::test]
async fn what_has_no_way_back_is_refused_and_a_retry_gets_the_same_answer() {
    let (site, ada, _folder) = people().await;
    let tokens = Tokens::issue(&site, &ada).await;
    for name in ["realm", "signing_key", "family", "token", "refresh token"] {
        let cause = cause(&site, &ada, (&tokens, name)).await;
        let refused = ask(&site, "/v1/suspensions", &cause).local().send().await;
        assert_eq!(refused.code(), "cannot_be_suspended", "{name}");
    }
    let network = json!({"network": "192.0.2.0/24"});
    let refused = ask(&site, "/v1/suspensions", &network).local().send().await;
    assert_eq!(refused.code(), "cannot_be_suspended");
    let unknown = ask(&site, "/v1/suspensions", &json!({"client": "nobody"}));
    assert_eq!(unknown.local().send().await.status, StatusCode::NOT_FOUND);
    let client = json!({"client": "own"});
    let keyed = || {
        let ask = ask(&site, "/v1/suspensions", &client).local();
        ask.header("idempotency-key", "one").send()
    };
    assert_eq!(keyed().await.text(), keyed().await.text());
}

#[tokio::test]
async fn a_reason_about_a_person_is_sealed_on_the_way_there_and_back() {
    let (site, ada, _folder) = people().await;
    let tokens = Tokens::issue(&site, &ada).await;
    let session = cause(&site, &ada, (&tokens, "session")).await;
    for said in [
        suspend(&site, &session).await,
        resume(&site, &session).await,
        suspend(&site, &session).await,
        revoke(&site, &session).await,
    ] {
        let place = Sequence(said["sequence"].as_i64().unwrap() + 1);
        let entries = site.world.db.entries_before(place, 1).await.unwrap();
        let text = String::from_utf8_lossy(&entries[0].1);
        assert!(
            !text.contains("mislaid") && !text.contains("stolen"),
            "{text}"
        );
    }
}
