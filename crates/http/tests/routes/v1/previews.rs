//! `/v1/revocations/preview`: it counts exactly what the revocation then kills.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use symbolon_store::testing::each_engine;

use super::revocations::{Tokens, ancestor, cause, lives, revoke};
use crate::arrange::{Reply, Site, migrations};
use crate::page::{API, Browser, site as people};

async fn ask(site: &Site, cause: &Value) -> Reply {
    let asked = json!({ "cause": cause });
    let asked = site.post("/v1/revocations/preview", &asked);
    asked.local().send().await
}

async fn preview(site: &Site, cause: &Value) -> Value {
    let reply = ask(site, cause).await;
    assert_eq!(reply.status, StatusCode::OK, "{cause}: {reply}");
    reply.json()
}

/// Every token that was given out.
fn texts(tokens: &Tokens) -> (Vec<String>, Vec<String>) {
    let given = [&tokens.ada_own, &tokens.ada_web, &tokens.bob_own];
    let named = |name: &str| {
        let texts = given.iter().filter_map(|given| given[name].as_str());
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut access = named("access_token");
    access.push(tokens.service.clone());
    (access, named("refresh_token"))
}

async fn living(site: &Site, texts: &[String]) -> u64 {
    let mut living = 0;
    for text in texts {
        living += u64::from(lives(site, text).await);
    }
    living
}

#[tokio::test]
async fn each_cause_is_said_to_kill_what_it_then_kills() {
    for name in [
        "realm",
        "subject",
        "client",
        "client_secret",
        "session",
        "grant",
        "signing_key",
        "node",
        "family",
        "token",
        "refresh token",
    ] {
        let (site, ada, _folder) = people().await;
        let tokens = Tokens::issue(&site, &ada).await;
        let (access, refresh) = texts(&tokens);
        let cause = cause(&site, &ada, (&tokens, name)).await;
        let said = preview(&site, &cause).await;
        let before = (living(&site, &access).await, living(&site, &refresh).await);
        revoke(&site, &cause).await;
        let after = (living(&site, &access).await, living(&site, &refresh).await);
        let killed = json!([before.0 - after.0, before.1 - after.1]);
        let counted = json!([said["live"]["access"], said["live"]["refresh"]]);
        assert_eq!(counted, killed, "{name}: {said}");
        assert_eq!(said["complete"], true, "{name}: {said}");
        assert!(after.0 < before.0 || name == "refresh token", "{name}");
    }
}

#[tokio::test]
async fn what_is_dead_already_is_not_counted() {
    let (site, ada, _folder) = people().await;
    let tokens = Tokens::issue(&site, &ada).await;
    let subject = json!({ "subject": ada });
    let all = preview(&site, &subject).await;
    assert_eq!(
        all["live"],
        json!({"access": 2, "refresh": 2, "session": 1})
    );
    assert_eq!((&all["subjects"], &all["clients"]), (&json!(1), &json!(2)));
    revoke(&site, &json!({"client": "own"})).await;
    let left = preview(&site, &subject).await;
    assert_eq!(
        left["live"],
        json!({"access": 1, "refresh": 1, "session": 1})
    );
    let web = json!({"token": tokens.ada_web["access_token"]});
    revoke(&site, &web).await;
    let left = preview(&site, &subject).await;
    assert_eq!(
        left["live"],
        json!({"access": 0, "refresh": 1, "session": 1})
    );
    site.later(Duration::from_mins(11)).await;
    let others = preview(&site, &json!({"realm": "main"})).await;
    assert_eq!(others["live"]["access"], 0, "{others}");
}

#[tokio::test]
async fn a_client_that_was_revoked_is_counted_anew() {
    let (site, _, _folder) = people().await;
    let client = json!({"client": "service-read"});
    site.token("read", API).await;
    revoke(&site, &client).await;
    assert_eq!(preview(&site, &client).await["live"]["access"], 0);
    site.token("read", API).await;
    let said = preview(&site, &client).await;
    assert_eq!(
        (&said["live"]["access"], &said["clients"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(said["last_used_at"], json!(site.now()));
}

#[tokio::test]
async fn nothing_is_written_and_what_is_unknown_is_said_so() {
    let (site, ada, _folder) = people().await;
    let head = site.world.db.head().await.unwrap();
    preview(&site, &json!({ "subject": ada })).await;
    assert_eq!(site.world.db.head().await.unwrap(), head);
    for (cause, code) in [
        (json!({"client": "nobody"}), "cause_unknown"),
        (json!({"subject": "0A9as000000"}), "cause_unknown"),
        (
            json!({"signing_key": "0A9as000000", "from": 1}),
            "cause_unknown",
        ),
        (json!({"client": "own", "from": 1}), "invalid_cause"),
        (
            json!({"network": "192.0.2.0/24", "client": "own"}),
            "invalid_cause",
        ),
        (json!({"network": "192.0.2.0/25"}), "network_too_narrow"),
        (json!({"network": "0.0.0.0/0"}), "network_too_wide"),
        (json!({"network": "here"}), "invalid_network"),
        (
            json!({"network": "192.0.2.0/24", "from": 2, "until": 2}),
            "invalid_cause",
        ),
    ] {
        assert_eq!(ask(&site, &cause).await.code(), code, "{cause}");
    }
}

#[tokio::test]
async fn a_network_is_looked_for_by_its_prefixes_on_both_engines() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let resource = json!({"audience": API, "scopes": [{"name": "read"}]});
        let made = site.post("/v1/resources", &resource).local().send().await;
        assert_eq!(made.status, StatusCode::CREATED, "{made}");
        site.token("read", API).await;
        let here = preview(&site, &json!({"network": "192.0.2.0/24"})).await;
        assert_eq!(here["live"]["access"], 1, "{here}");
        let wide = preview(&site, &json!({"network": "192.0.0.0/16"})).await;
        assert_eq!(wide["live"]["access"], 1, "{wide}");
        let next = preview(&site, &json!({"network": "192.0.3.0/24"})).await;
        assert_eq!(next["live"]["access"], 0, "{next}");
        let now = site.now().0;
        let later = json!({"network": "192.0.2.0/24", "from": now + 1});
        assert_eq!(preview(&site, &later).await["live"]["access"], 0);
        let then = json!({"network": "192.0.2.0/24", "from": now, "until": now + 1});
        assert_eq!(preview(&site, &then).await["live"]["access"], 1);
    })
    .await;
}

#[tokio::test]
async fn who_signed_in_with_a_password_from_a_network_is_counted_by_either() {
    let (site, ada, _folder) = people().await;
    let mut browser = Browser::by_password(&site, &ada).await;
    let opened = browser.tokens("own", &[]).await;
    let opened = opened["access_token"].as_str().unwrap();
    let password = ancestor(&site, opened, "authenticator").await;
    Browser::of(&site, &ada).await.tokens("own", &[]).await;
    let said = preview(&site, &json!({ "authenticator": password })).await;
    assert_eq!(
        said["live"],
        json!({"access": 1, "refresh": 1, "session": 1})
    );
    // The other browser's session began nowhere; its tokens were asked for from here.
    let said = preview(&site, &json!({"network": "192.0.2.0/24"})).await;
    assert_eq!(
        said["live"],
        json!({"access": 2, "refresh": 2, "session": 1})
    );
    assert_eq!(
        (&said["subjects"], &said["clients"]),
        (&json!(1), &json!(1))
    );
}
