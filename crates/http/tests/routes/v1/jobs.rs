//! Revocations that run over the journal: what a network asked for, and what a key signed between two
//! times; and status lists, filled after a cause was revoked.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use symbolon_authority::revocation_job::Worker;
use symbolon_store::testing::each_engine;
use symbolon_store::{Step, Unit, Value as Column};
use symbolon_token::call::{Actor, Call, RequestId};

use super::revocations::{Tokens, ancestor, ask, lives, revoke, why};
use crate::arrange::{Site, call, migrations};
use crate::oauth::status_list::{is_set, place};
use crate::page::{API, Browser, refresh, request, site as people};

/// The call of a worker.
fn own(site: &Site) -> Call {
    let now = site.now();
    Call {
        now,
        request_id: RequestId(site.world.ids.next(now)),
        actor: Actor::System,
        ..call()
    }
}

fn worker(site: &Site) -> Worker {
    Worker::new(site.world.ids.next(site.now()))
}

/// Works until there is nothing left to do.
async fn work(site: &Site) {
    let mut worker = worker(site);
    while worker.turn(&site.world, &own(site)).await.unwrap() {}
}

async fn begin(site: &Site, cause: &Value) -> String {
    let reply = ask(site, cause).local().send().await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{cause}: {reply}");
    assert_eq!(reply.json()["wait"], "none");
    let (said, address) = (reply.json(), reply.header("location").to_owned());
    assert_eq!(
        (&said["state"], &said["progress"]),
        (&json!("running"), &json!(address))
    );
    address
        .strip_prefix("https://auth.example")
        .unwrap()
        .to_owned()
}

async fn progress(site: &Site, path: &str) -> Value {
    let reply = site.get(path).local().send().await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    reply.json()
}

#[tokio::test]
async fn what_a_network_asked_for_dies_with_its_families_and_sessions_and_nothing_else() {
    let (site, ada, _folder) = people().await;
    let mut browser = Browser::by_password(&site, &ada).await;
    let tokens = browser.tokens("own", &[]).await;
    let access = tokens["access_token"].as_str().unwrap();
    let service = site.token("read", API).await;
    for (network, left) in [("198.51.100.0/24", true), ("192.0.0.0/16", false)] {
        let said = site.post(
            "/v1/revocations/preview",
            &json!({"cause": {"network": network}}),
        );
        let said = said.local().send().await.json();
        let path = begin(&site, &json!({"network": network})).await;
        assert_eq!(progress(&site, &path).await["state"], "running");
        work(&site).await;
        let done = progress(&site, &path).await;
        assert_eq!(done["state"], "done", "{done}");
        assert_eq!(done["kinds"], said["live"], "{network}");
        assert_eq!(done["as_of"], json!(site.now()));
        assert!(done["receipt"].as_str().unwrap().contains('.'), "{done}");
        assert!(done["sequence"].is_i64(), "{done}");
        for token in [access, &service] {
            assert_eq!(lives(&site, token).await, left, "{network}");
        }
        let again = browser.answer(&request("own", &[("prompt", "none")])).await;
        assert_eq!(again.params.contains_key("code"), left, "{network}");
    }
    let turned = refresh(&site, "own", &tokens, "").await;
    assert_eq!(turned.status, StatusCode::BAD_REQUEST, "{turned}");
    let told = why(&site, &json!(service)).await.json();
    assert_eq!(told["reason"], "INC-7: laptop stolen", "{told}");
    assert_eq!(
        (&told["actor"], &told["ancestor"]["role"]),
        (&json!("operator"), &json!("token"))
    );
    let words = site
        .get("/v1/journal?noun=revocation")
        .local()
        .send()
        .await
        .json();
    let verbs: Vec<_> = words["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["verb"])
        .collect();
    assert_eq!(verbs, ["end", "create", "end", "create"]);
}

#[tokio::test]
async fn a_job_counts_what_lived_and_ends_what_could_live_again() {
    let (site, ada, _folder) = people().await;
    let mut browser = Browser::by_password(&site, &ada).await;
    let tokens = browser.tokens("own", &[]).await;
    let access = tokens["access_token"].as_str().unwrap();
    let session = json!({"session": ancestor(&site, access, "session").await});
    revoke(&site, &json!({"client": "own"})).await;
    let suspended = json!({"cause": session, "reason": "mislaid"});
    let reply = site
        .post("/v1/suspensions", &suspended)
        .local()
        .send()
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    let path = begin(&site, &json!({"network": "192.0.0.0/16"})).await;
    work(&site).await;
    let done = progress(&site, &path).await;
    assert_eq!(done["state"], "done", "{done}");
    for kind in ["refresh", "session"] {
        assert_eq!(done["kinds"][kind], 0, "{done}");
    }
    let reply = site.post("/v1/suspensions/resume", &suspended);
    let reply = reply.local().send().await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND, "it has ended: {reply}");
    let silent = browser.answer(&request("own", &[("prompt", "none")])).await;
    assert_eq!(silent.error(), "login_required");
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_holds_nothing_up() {
    const DAMAGE: &str = "UPDATE journal SET entry = $2 WHERE sequence = $1";
    let (site, _, _folder) = people().await;
    let (mut tokens, mut heads) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        tokens.push(site.token("read", API).await);
        heads.push(site.world.db.head().await.unwrap().1);
    }
    let damaged = Step::any(DAMAGE, vec![heads[1].0.into(), Column::Bytes(vec![255])]);
    let unit = Unit::default().step(damaged);
    site.world.db.commit(unit).await.unwrap();
    let network = json!({"network": "192.0.0.0/16"});
    let asked = json!({ "cause": network });
    let said = site.post("/v1/revocations/preview", &asked).local();
    let said = said.send().await.json();
    assert_eq!(
        (&said["live"]["access"], &said["complete"]),
        (&json!(2), &json!(false))
    );
    let path = begin(&site, &network).await;
    work(&site).await;
    let done = progress(&site, &path).await;
    assert_eq!(
        (&done["state"], &done["kinds"]["access"]),
        (&json!("done"), &json!(2))
    );
    for (token, is_dead) in tokens.iter().zip([true, false, true]) {
        assert_eq!(is_set(&site, &place(token)).await, is_dead);
    }
    let token = site.token("read", API).await;
    revoke(&site, &json!({"client": "service-read"})).await;
    work(&site).await;
    assert!(is_set(&site, &place(&token)).await);
}

#[tokio::test]
async fn of_what_a_key_signed_only_that_between_two_times_dies() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let api = json!({"audience": API, "scopes": [{"name": "read"}]});
        site.post("/v1/resources", &api).local().send().await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(site.token("read", API).await);
            site.later(Duration::from_secs(10)).await;
        }
        let keys = site.get("/v1/keys").local().send().await.json();
        let kid = keys["items"][0]["kid"].clone();
        let from = site.now().0 - 20_000;
        let span = json!({"signing_key": kid, "from": from, "until": from + 10_000});
        let path = begin(&site, &span).await;
        work(&site).await;
        let done = progress(&site, &path).await;
        assert_eq!(
            (&done["revoked"], &done["kinds"]["access"]),
            (&json!(1), &json!(1))
        );
        let mut living = Vec::new();
        for token in &tokens {
            living.push(lives(&site, token).await);
        }
        assert_eq!(living, [true, false, true]);
    })
    .await;
}

#[tokio::test]
async fn two_workers_do_each_batch_once_on_both_engines() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let api = json!({"audience": API, "scopes": [{"name": "read"}]});
        site.post("/v1/resources", &api).local().send().await;
        let token = site.token("read", API).await;
        let path = begin(&site, &json!({"network": "192.0.2.0/24"})).await;
        let (mut one, mut other) = (worker(&site), worker(&site));
        let call = own(&site);
        let turns = futures_util::future::join(
            one.turn(&site.world, &call),
            other.turn(&site.world, &call),
        );
        let (first, second) = turns.await;
        assert!(first.unwrap() || second.unwrap());
        work(&site).await;
        let done = progress(&site, &path).await;
        assert_eq!(
            (&done["state"], &done["revoked"]),
            (&json!("done"), &json!(1)),
            "{done}"
        );
        assert!(!lives(&site, &token).await);
        let ended = site
            .get("/v1/journal?noun=revocation&verb=end")
            .local()
            .send()
            .await;
        assert_eq!(ended.json()["items"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_job_goes_on_where_another_process_left_it_when_its_hold_is_over() {
    let site = Site::beside_others().await;
    let api = json!({"audience": API, "scopes": [{"name": "read"}]});
    site.post("/v1/resources", &api).local().send().await;
    let mut tokens = Vec::new();
    for _ in 0..260 {
        tokens.push(site.token("read", API).await);
    }
    let path = begin(&site, &json!({"network": "192.0.2.0/24"})).await;
    // It dies after one batch, and its hold goes with time.
    assert!(worker(&site).turn(&site.world, &own(&site)).await.unwrap());
    let half = progress(&site, &path).await;
    assert_eq!(
        (&half["state"], &half["revoked"]),
        (&json!("running"), &json!(256)),
        "{half}"
    );
    let mut next = worker(&site);
    next.turn(&site.world, &own(&site)).await.unwrap();
    assert_eq!(progress(&site, &path).await["revoked"], 256);
    site.later(Duration::from_secs(5)).await;
    work(&site).await;
    let done = progress(&site, &path).await;
    assert_eq!(
        (&done["state"], &done["revoked"]),
        (&json!("done"), &json!(260)),
        "{done}"
    );
    for token in &tokens {
        assert!(!lives(&site, token).await);
    }
}

#[tokio::test]
async fn what_a_revoked_cause_killed_is_shown_to_those_who_follow_no_feed() {
    for name in ["client", "subject", "session", "signing_key"] {
        let (site, ada, _folder) = people().await;
        let tokens = Tokens::issue(&site, &ada).await;
        work(&site).await;
        let cause = super::revocations::cause(&site, &ada, (&tokens, name)).await;
        revoke(&site, &cause).await;
        let later = site.token("read", API).await;
        work(&site).await;
        let given = [&tokens.ada_own, &tokens.ada_web, &tokens.bob_own];
        let given = given.map(|given| given["access_token"].as_str().unwrap());
        for token in given.into_iter().chain([&*tokens.service, &*later]) {
            let shown = is_set(&site, &place(token)).await;
            assert_eq!(shown, !lives(&site, token).await, "{name}");
        }
        // Nothing is shown twice, and a restarted worker finds nothing left.
        let head = site.world.db.head().await.unwrap();
        work(&site).await;
        assert_eq!(site.world.db.head().await.unwrap(), head, "{name}");
    }
}

/// How many tokens verifiers are told of one by one.
fn told_by_bit(site: &Site) -> usize {
    let realm = site.world.realms.first().unwrap().node;
    let known = site.world.changes.known(realm, site.now());
    let bits = known.change.bits.values();
    bits.map(|bits| bits.as_slice().len()).sum()
}

#[tokio::test]
async fn whoever_follows_the_feed_hears_of_a_cause_once_and_of_a_span_by_each_bit() {
    for (name, is_node) in [("client", true), ("session", true), ("network", false)] {
        let (site, ada, _folder) = people().await;
        let tokens = Tokens::issue(&site, &ada).await;
        work(&site).await;
        let given = [&tokens.ada_own, &tokens.ada_web, &tokens.bob_own];
        let given = given.map(|given| given["access_token"].as_str().unwrap());
        if is_node {
            let cause = super::revocations::cause(&site, &ada, (&tokens, name)).await;
            revoke(&site, &cause).await;
        } else {
            begin(&site, &json!({"network": "192.0.2.0/24"})).await;
        }
        let mut before = Vec::new();
        for token in given {
            before.push(lives(&site, token).await);
        }
        work(&site).await;
        let mut set = Vec::new();
        for token in given {
            set.push(is_set(&site, &place(token)).await);
        }
        assert!(set.contains(&true), "{name}");
        if is_node {
            // The node alone tells the dead from the living, so followers lack nothing.
            let dead: Vec<_> = before.iter().map(|lives| !lives).collect();
            assert_eq!(set, dead, "{name}");
        }
        assert_eq!(told_by_bit(&site) > 0, !is_node, "{name}");
    }
}

#[tokio::test]
async fn a_retry_with_a_key_is_the_same_job_and_another_realms_is_unknown() {
    let (site, _, _folder) = people().await;
    let cause = json!({"network": "192.0.2.0/24"});
    let keyed = || {
        ask(&site, &cause)
            .local()
            .header("idempotency-key", "one")
            .send()
    };
    let (first, again) = (keyed().await, keyed().await);
    assert_eq!(first.status, StatusCode::ACCEPTED, "{first}");
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    let unknown = site.get("/v1/revocations/0A9as000000").local().send().await;
    assert_eq!(unknown.code(), "revocation_unknown");
    let asked = json!({"cause": cause, "reason": "x", "disable": true});
    let refused = site.post("/v1/revocations", &asked).local().send().await;
    assert_eq!(refused.code(), "cannot_be_disabled");
}

#[tokio::test]
async fn a_retry_is_told_where_to_ask_as_the_first_one_was() {
    let (site, _, _folder) = people().await;
    let cause = json!({"network": "192.0.2.0/24"});
    let mut told = Vec::new();
    for _ in 0..2 {
        let asked = ask(&site, &cause).local().header("idempotency-key", "one");
        let reply = asked.send().await;
        assert_eq!(reply.json()["progress"], json!(reply.header("location")));
        told.push(reply.header("location").to_owned());
    }
    assert!(told[0].starts_with("https://auth.example/v1/revocations/"));
    assert_eq!(told[0], told[1]);
}
