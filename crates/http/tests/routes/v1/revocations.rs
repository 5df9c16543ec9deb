//! `/v1/revocations`: a cause kills what descends from it, and nothing else.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::{Value, json};
use symbolon_authority::idempotency::{self, Answer, Attempt};
use symbolon_identity::access::{IssueError, issue_management};
use symbolon_jose::jwt::{self, Expected, Names, Purpose};
use symbolon_jose::{Algorithm, JwkSet, KeySet};
use symbolon_store::testing::each_engine;
use symbolon_token::call::Actor;

use crate::arrange::{Ask, Reply, Site, call, migrations};
use crate::page::{API, Browser, make, person, refresh, site as people};

const OFFLINE: [(&str, &str); 1] = [("scope", "openid read offline_access")];

/// Four tokens: ada's by two clients, bob's by one of them, and a service's.
pub(super) struct Tokens {
    pub(super) ada_own: Value,
    pub(super) ada_web: Value,
    pub(super) bob_own: Value,
    pub(super) service: String,
}

impl Tokens {
    pub(super) async fn issue(site: &Site, ada: &str) -> Self {
        let bob = person(site, &json!({"kind": "person", "username": "bob"})).await;
        let (mut hers, mut his) = (Browser::of(site, ada).await, Browser::of(site, &bob).await);
        Self {
            ada_own: hers.tokens("own", &[]).await,
            ada_web: hers.tokens("web", &[]).await,
            bob_own: his.tokens("own", &[]).await,
            service: site.token("read", API).await,
        }
    }

    /// Which of them live, in their order.
    pub(super) async fn live(&self, site: &Site) -> [bool; 4] {
        let access = |given: &Value| given["access_token"].as_str().unwrap().to_owned();
        [
            lives(site, &access(&self.ada_own)).await,
            lives(site, &access(&self.ada_web)).await,
            lives(site, &access(&self.bob_own)).await,
            lives(site, &self.service).await,
        ]
    }
}

async fn story(site: &Site, token: &str) -> Value {
    let asked = json!({ "token": token });
    let told = site.post("/v1/tokens/inspect", &asked).local().send().await;
    told.json()
}

pub(super) async fn lives(site: &Site, token: &str) -> bool {
    story(site, token).await["is_alive"] == true
}

/// The ancestor of a token that plays this part.
pub(super) async fn ancestor(site: &Site, token: &str, role: &str) -> Value {
    let story = story(site, token).await;
    let mut ancestors = story["ancestors"].as_array().unwrap().iter();
    let found = ancestors.find(|one| one["role"] == role);
    found.unwrap_or_else(|| unreachable!("{role}: {story}"))["node"].clone()
}

pub(super) fn ask<'s>(site: &'s Site, cause: &Value) -> Ask<'s> {
    let asked = json!({"cause": cause, "reason": "INC-7: laptop stolen"});
    site.post("/v1/revocations", &asked)
}

pub(super) async fn revoke(site: &Site, cause: &Value) -> Value {
    let reply = ask(site, cause).local().send().await;
    assert_eq!(reply.status, StatusCode::OK, "{cause}: {reply}");
    reply.json()
}

/// The cause of this name for ada's token by `own`, or the service's.
pub(super) async fn cause(site: &Site, ada: &str, (tokens, name): (&Tokens, &str)) -> Value {
    let hers = tokens.ada_own["access_token"].as_str().unwrap();
    match name {
        "realm" => json!({"realm": site.realm.node}),
        "realm by name" => json!({"realm": "main"}),
        "subject" => json!({"subject": ada}),
        "client" => json!({"client": "own"}),
        "client_secret" => json!({name: ancestor(site, &tokens.service, name).await}),
        "session" | "grant" | "signing_key" => {
            json!({name: ancestor(site, hers, name).await})
        }
        "node" => json!({name: ancestor(site, hers, "grant").await}),
        "family" => json!({"node": ancestor(site, hers, "family").await}),
        "token" => json!({name: hers}),
        "refresh token" => json!({"token": tokens.ada_own["refresh_token"]}),
        other => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn each_cause_kills_what_descends_from_it_and_nothing_else() {
    for (name, left) in [
        ("realm", [false, false, false, false]),
        ("realm by name", [false, false, false, false]),
        ("subject", [false, false, true, true]),
        ("client", [false, true, false, true]),
        ("client_secret", [true, true, true, false]),
        ("session", [false, false, true, true]),
        ("grant", [false, true, true, true]),
        ("signing_key", [false, false, false, false]),
        ("node", [false, true, true, true]),
        ("family", [false, true, true, true]),
        ("token", [false, true, true, true]),
        ("refresh token", [false, true, true, true]),
    ] {
        let (site, ada, _folder) = people().await;
        let tokens = Tokens::issue(&site, &ada).await;
        assert_eq!(tokens.live(&site).await, [true; 4], "{name}");
        let cause = cause(&site, &ada, (&tokens, name)).await;
        revoke(&site, &cause).await;
        assert_eq!(tokens.live(&site).await, left, "{name}");
    }
}

#[tokio::test]
async fn the_answer_says_what_was_written_and_the_receipt_holds() {
    let (site, ada, _folder) = people().await;
    let done = revoke(&site, &json!({"subject": ada})).await;
    let journal = site.get("/v1/journal?verb=revoke").local().send().await;
    let entry = journal.json()["items"][0].clone();
    for (ours, theirs) in [
        ("sequence", "sequence"),
        ("node", "node"),
        ("epoch", "epoch"),
    ] {
        assert_eq!(done[ours], entry[theirs], "{done} {entry}");
    }
    assert_eq!((&done["at"], &done["node"]), (&entry["at"], &json!(ada)));
    let said = (&entry["reason"], &entry["actor"]);
    assert_eq!(said, (&json!("INC-7: laptop stolen"), &json!("operator")));
    assert_eq!(
        (&done["enforced_by"], &done["unreachable"]),
        (&json!([]), &json!([]))
    );

    let published = site.get("/jwks").send().await;
    let set = JwkSet::parse(published.text()).unwrap();
    let keys = KeySet::from_jwks(&set, &[Algorithm::Es256]).unwrap();
    let now = site.now().seconds();
    let issuer = "https://auth.example";
    let expected = Expected::new(Purpose::RevocationReceipt, issuer, Names::Unchecked, now);
    let receipt = done["receipt"].as_str().unwrap();
    let claims = jwt::verify::<Value>(receipt, &keys, &expected)
        .unwrap()
        .into_claims();
    for member in [
        "sequence",
        "node",
        "epoch",
        "at",
        "enforced_by",
        "unreachable",
    ] {
        assert_eq!(claims[member], done[member], "{claims}");
    }
}

#[tokio::test]
async fn a_key_that_replaces_a_revoked_one_signs_the_receipt() {
    let (site, _folder) = Site::open().await;
    let keys = site.get("/v1/keys").local().send().await.json();
    let kid = &keys["items"][0]["kid"];
    let done = revoke(&site, &json!({"signing_key": kid})).await;
    let journal = site.get("/v1/journal?verb=revoke").local().send().await;
    assert_eq!(journal.json()["items"][0]["sequence"], done["sequence"]);
    assert!(done["receipt"].as_str().unwrap().contains('.'), "{done}");
}

#[tokio::test]
async fn a_client_that_was_revoked_gets_tokens_that_live_in_the_same_millisecond() {
    let (site, _, _folder) = people().await;
    let before = site.token("read", API).await;
    let first = revoke(&site, &json!({"client": "service-read"})).await;
    let between = site.token("read", API).await;
    assert!(!lives(&site, &before).await);
    assert!(lives(&site, &between).await);
    let second = revoke(&site, &json!({"client": "service-read"})).await;
    let after = site.token("read", API).await;
    assert!(!lives(&site, &between).await);
    assert!(lives(&site, &after).await);
    assert_eq!((&first["epoch"], &second["epoch"]), (&json!(1), &json!(2)));
    assert_eq!(first["at"], second["at"]);
}

#[tokio::test]
async fn a_client_that_is_disabled_too_gets_none_until_it_is_enabled() {
    let (site, _, _folder) = people().await;
    let before = site.token("read", API).await;
    let asked = json!({
        "cause": {"client": "service-read"}, "reason": "gone", "disable": true,
        "wait": "all", "timeout_ms": 5,
    });
    let done = site.post("/v1/revocations", &asked).local().send().await;
    assert_eq!(done.status, StatusCode::OK, "{done}");
    let form = "grant_type=client_credentials&client_id=service-read\
                &client_secret=a+secret+of+the+tests";
    let ask = site.ask(axum::http::Method::POST, "/token").form(form);
    assert_eq!(ask.send().await.status, StatusCode::UNAUTHORIZED);
    let enable = site.post("/v1/clients/service-read/enable", &json!({}));
    assert_eq!(enable.local().send().await.status, StatusCode::OK);
    assert!(!lives(&site, &before).await, "what was revoked lives again");
    assert!(lives(&site, &site.token("read", API).await).await);
}

#[tokio::test]
async fn an_offline_family_dies_with_its_person() {
    let (site, ada, _folder) = people().await;
    let given = Browser::of(&site, &ada).await.tokens("own", &OFFLINE).await;
    revoke(&site, &json!({"subject": ada})).await;
    let reply = refresh(&site, "own", &given, "").await;
    assert_eq!(reply.json()["error"], "invalid_grant", "{reply}");
    let again = Browser::of(&site, &ada).await.tokens("own", &OFFLINE).await;
    let reply = refresh(&site, "own", &again, "").await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
}

async fn tenant(site: &Site) -> symbolon_identity::realm::Realm {
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    site.post("/v1/realms", &new).local().send().await;
    (*site.world.realms.by_name("tenant").unwrap()).clone()
}

async fn is_admitted(site: &Site, path: &str, token: &str) -> bool {
    let reply = site.get(path).bearer(token).send().await;
    reply.status == StatusCode::OK
}

#[tokio::test]
async fn what_another_realm_has_is_unknown_and_untouched() {
    let (site, ada, _folder) = people().await;
    let tokens = Tokens::issue(&site, &ada).await;
    let tenant = tenant(&site).await;
    let theirs = site.admin_of(&tenant).await;
    for name in [
        "realm",
        "realm by name",
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
        let cause = cause(&site, &ada, (&tokens, name)).await;
        let asked = json!({"cause": cause, "reason": "mine now"});
        let ask = site.post("/tenant/v1/revocations", &asked).bearer(&theirs);
        let reply = ask.send().await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{name}: {reply}");
    }
    assert_eq!(tokens.live(&site).await, [true; 4]);
}

#[tokio::test]
async fn the_first_realm_revokes_another_and_lives_on() {
    let (site, _folder) = Site::open().await;
    let tenant = tenant(&site).await;
    let (ours, theirs) = (site.admin().await, site.admin_of(&tenant).await);
    assert!(is_admitted(&site, "/tenant/v1/clients", &theirs).await);
    let cause = json!({"realm": tenant.node});
    let done = ask(&site, &cause).bearer(&ours).send().await;
    assert_eq!(done.status, StatusCode::OK, "{done}");
    assert!(!is_admitted(&site, "/tenant/v1/clients", &theirs).await);
    assert!(is_admitted(&site, "/v1/clients", &ours).await);
    let again = site.admin_of(&tenant).await;
    assert!(is_admitted(&site, "/tenant/v1/clients", &again).await);
}

#[tokio::test]
async fn a_realm_that_is_disabled_too_is_enabled_by_the_first() {
    let (site, _folder) = Site::open().await;
    let tenant = tenant(&site).await;
    let before = site.admin_of(&tenant).await;
    let asked = json!({"cause": {"realm": "tenant"}, "reason": "unpaid", "disable": true});
    let done = site.post("/v1/revocations", &asked).local().send().await;
    assert_eq!(done.status, StatusCode::OK, "{done}");
    let said = done.json()["receipt"].as_str().unwrap().to_owned();
    let said: Value = symbolon_jose::danger::unverified_claims(&said).unwrap();
    assert_eq!(said["iss"], json!(tenant.issuer.as_str()), "{said}");
    let day = std::time::Duration::from_hours(24);
    let none = issue_management(&site.world, &call(), &tenant, (None, day)).await;
    assert!(matches!(none, Err(IssueError::RealmDisabled)));
    assert!(!is_admitted(&site, "/tenant/v1/clients", &before).await);
    let path = format!("/v1/realms/{}/enable", tenant.node);
    let theirs = site.post(&format!("/tenant{path}"), &json!({}));
    let refused = theirs.bearer(&before).send().await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{refused}");
    let ours = site.admin().await;
    let enabled = site.post(&path, &json!({})).bearer(&ours).send().await;
    assert_eq!(enabled.json(), json!({"id": tenant.node, "state": "live"}));
    for (token, lives) in [(before, false), (site.admin_of(&tenant).await, true)] {
        assert_eq!(
            is_admitted(&site, "/tenant/v1/clients", &token).await,
            lives
        );
    }
    let nobody = site.post("/v1/realms/00000000009/enable", &json!({}));
    assert_eq!(nobody.local().send().await.code(), "realm_unknown");
}

#[tokio::test]
async fn operators_tokens_are_revoked_by_their_client_which_cannot_be_disabled() {
    let (site, _folder) = Site::open().await;
    let admin = site.admin().await;
    let operator = json!({"client": "symbolon-operator"});
    let asked = json!({"cause": operator, "reason": "x", "disable": true});
    let refused = site.post("/v1/revocations", &asked).local().send().await;
    assert_eq!(refused.code(), "client_built_in", "{refused}");
    assert!(is_admitted(&site, "/v1/clients", &admin).await);
    revoke(&site, &operator).await;
    assert!(!is_admitted(&site, "/v1/clients", &admin).await);
    assert!(is_admitted(&site, "/v1/clients", &site.admin().await).await);
}

async fn keyed(site: &Site, cause: &Value) -> Reply {
    let ask = ask(site, cause).header("idempotency-key", "4711");
    ask.local().send().await
}

#[tokio::test]
async fn a_retry_gets_the_same_answer_and_kills_nothing_more() {
    let (site, ada, _folder) = people().await;
    let hers = Browser::of(&site, &ada).await.tokens("own", &[]).await;
    let hers = hers["access_token"].as_str().unwrap();
    for cause in [
        json!({"client": "service-read"}),
        json!({"session": ancestor(&site, hers, "session").await}),
        json!({"token": site.token("write", API).await}),
    ] {
        site.token("read", API).await;
        let ask = || {
            let key = cause.to_string();
            let key = &key[..key.len().min(60)];
            ask(&site, &cause).header("idempotency-key", key).local()
        };
        let first = ask().send().await;
        assert_eq!(first.status, StatusCode::OK, "{first}");
        let between = site.token("read", API).await;
        let again = ask().send().await;
        assert_eq!((again.status, again.text()), (first.status, first.text()));
        assert!(lives(&site, &between).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_retries_at_once_one_revokes_and_all_get_its_answer() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let new = json!({"client_id": "shop", "grant_types": ["client_credentials"]});
        make(&site, "/v1/clients", &new).await;
        let cause = json!({"client": "shop"});
        let replies = join_all((0..64).map(|_| keyed(&site, &cause))).await;
        for reply in &replies {
            assert_eq!(reply.status, StatusCode::OK, "{reply}");
            assert_eq!(reply.text(), replies[0].text());
        }
        assert_eq!(replies[0].json()["epoch"], 1);
        let journal = site.get("/v1/journal?verb=revoke").local().send().await;
        let entries = journal.json()["items"].clone();
        assert_eq!(entries.as_array().unwrap().len(), 1);
        assert_eq!(entries[0]["sequence"], replies[0].json()["sequence"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revocations_and_tokens_at_once_are_all_answered_and_each_has_an_epoch_of_its_own() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let api = json!({"audience": API, "scopes": [{"name": "read"}]});
        make(&site, "/v1/resources", &api).await;
        let before = site.token("read", API).await;
        let cause = json!({"client": "service-read"});
        let revoking = join_all((0..64).map(|_| ask(&site, &cause).local().send()));
        let issuing = join_all((0..64).map(|_| site.token("read", API)));
        let (revoked, issued) = tokio::join!(revoking, issuing);
        assert_eq!(issued.len(), 64);
        let (mut epochs, mut places) = (BTreeSet::new(), BTreeSet::new());
        for reply in revoked {
            assert_eq!(reply.status, StatusCode::OK, "{reply}");
            epochs.insert(reply.json()["epoch"].as_i64().unwrap());
            places.insert(reply.json()["sequence"].as_i64().unwrap());
        }
        assert_eq!(epochs, (1..=64).collect());
        assert_eq!(places.len(), 64);
        assert!(!lives(&site, &before).await);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_revoked_is_refused_by_name() {
    let (site, _folder) = Site::open().await;
    for (name, body) in [
        ("no_cause", json!({"cause": {}, "reason": "x"})),
        (
            "an_unknown_cause",
            json!({"cause": {"planet": "192.0.2.0/24"}, "reason": "x"}),
        ),
        (
            "two_causes",
            json!({"cause": {"client": "a", "session": "00000000009"}, "reason": "x"}),
        ),
        (
            "an_unknown_member",
            json!({"cause": {"client": "a"}, "reason": "x", "now": true}),
        ),
        (
            "no_reason",
            json!({"cause": {"client": "a"}, "reason": " "}),
        ),
        ("a_reason_is_missing", json!({"cause": {"client": "a"}})),
        ("no_id", json!({"cause": {"session": "x"}, "reason": "x"})),
        (
            "no_way_to_wait",
            json!({"cause": {"client": "a"}, "reason": "x", "wait": "some"}),
        ),
        (
            "no_client",
            json!({"cause": {"client": "a"}, "reason": "x"}),
        ),
        (
            "no_node",
            json!({"cause": {"node": "00000000009"}, "reason": "x"}),
        ),
        ("no_token", json!({"cause": {"token": "x"}, "reason": "x"})),
        (
            "a_session_is_not_disabled",
            json!({"cause": {"session": "00000000009"}, "reason": "x", "disable": true}),
        ),
    ] {
        let reply = site.post("/v1/revocations", &body).local().send().await;
        insta::assert_snapshot!(name, reply);
    }
}

#[tokio::test]
async fn what_is_dead_already_is_said_to_be() {
    let (site, _, _folder) = people().await;
    let cause = json!({"token": site.token("read", API).await});
    revoke(&site, &cause).await;
    let again = ask(&site, &cause).local().send().await;
    let told = (again.status, again.code());
    assert_eq!(told, (StatusCode::CONFLICT, "already_dead".to_owned()));
}

#[tokio::test]
async fn the_scope_revoke_opens_it_and_no_other() {
    let (site, _folder) = Site::open().await;
    let audience = "https://auth.example/v1";
    let cause = json!({"client": "service-revoke"});
    let other = site.token("clients:write", audience).await;
    let refused = ask(&site, &cause).bearer(&other).send().await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused}");
    let token = site.token("revoke", audience).await;
    let done = ask(&site, &cause).bearer(&token).send().await;
    assert_eq!(done.status, StatusCode::OK, "{done}");
}

#[tokio::test]
async fn a_password_dies_and_so_does_what_it_opened() {
    let (site, ada, _folder) = people().await;
    let mut browser = Browser::by_password(&site, &ada).await;
    let opened = browser.tokens("own", &[]).await;
    let opened = opened["access_token"].as_str().unwrap();
    let other = Browser::of(&site, &ada).await.tokens("own", &[]).await;
    let password = ancestor(&site, opened, "authenticator").await;
    let done = revoke(&site, &json!({ "authenticator": password })).await;
    assert_eq!(done["node"], password);
    assert!(!lives(&site, opened).await);
    assert!(lives(&site, other["access_token"].as_str().unwrap()).await);
    let shown = site.get(&format!("/v1/subjects/{ada}/password")).local();
    assert_eq!(shown.send().await.json()["state"], "none");
    let again = ask(&site, &json!({ "node": password }))
        .local()
        .send()
        .await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "{again}");
}

#[tokio::test]
async fn a_retry_after_a_crash_finds_what_was_done() {
    let (site, _, _folder) = people().await;
    let cause = json!({"client": "own"});
    let done = revoke(&site, &cause).await;
    let entry = site
        .get("/v1/journal?verb=revoke")
        .local()
        .send()
        .await
        .json();
    let claim = json!({
        "node": done["node"], "epoch": done["epoch"], "at": done["at"],
        "request": entry["items"][0]["request_id"],
    });
    // As if the first try had ended here, its answer not made.
    let body = json!({"cause": cause, "reason": "INC-7: laptop stolen"}).to_string();
    let what: [&[u8]; 3] = [b"POST", b"/v1/revocations", body.as_bytes()];
    let attempt = Attempt::new(site.realm.node, Actor::Operator, "4711", &what);
    let claim = Answer::claim(claim.to_string().into_bytes());
    let kept = idempotency::keep_apart(&site.world, &attempt, &claim, site.now()).await;
    assert!(kept.is_ok());
    let retried = keyed(&site, &cause).await;
    for member in ["sequence", "node", "epoch", "at"] {
        assert_eq!(retried.json()[member], done[member], "{retried}");
    }
    assert_eq!(keyed(&site, &cause).await.text(), retried.text());
    let revoked = site.get("/v1/journal?verb=revoke").local().send().await;
    assert_eq!(revoked.json(), entry);
}

pub(super) async fn why(site: &Site, token: &Value) -> Reply {
    let asked = json!({ "token": token });
    site.post("/v1/tokens/why", &asked).local().send().await
}

#[tokio::test]
async fn why_names_the_ancestor_that_killed_a_token_and_who_did_it() {
    for (name, role) in [
        ("realm", "realm"),
        ("subject", "subject"),
        ("client", "client"),
        ("session", "session"),
        ("grant", "grant"),
        ("family", "family"),
        ("signing_key", "signing_key"),
        ("token", "token"),
    ] {
        let (site, ada, _folder) = people().await;
        let tokens = Tokens::issue(&site, &ada).await;
        let hers = &tokens.ada_own["access_token"];
        let alive = why(&site, hers).await.json();
        assert_eq!(
            (&alive["is_alive"], &alive["ancestor"]),
            (&json!(true), &json!(null))
        );
        let cause = cause(&site, &ada, (&tokens, name)).await;
        let admin = site.admin().await;
        let done = ask(&site, &cause).bearer(&admin).send().await.json();
        if name != "token" && name != "signing_key" {
            revoke(&site, &json!({"client": "web"})).await;
        }
        let told = why(&site, hers).await.json();
        assert_eq!(told["is_alive"], false, "{name}: {told}");
        let killer = json!({"role": role, "node": done["node"]});
        assert_eq!(told["ancestor"], killer, "{name}: {told}");
        for member in ["sequence", "at"] {
            assert_eq!(told[member], done[member], "{name}: {told}");
        }
        assert_eq!(told["reason"], "INC-7: laptop stolen", "{name}");
        let actor = told["actor"].as_str().unwrap();
        assert!(actor.starts_with("subject "), "{name}: {told}");
    }
}

#[tokio::test]
async fn why_is_told_whole() {
    let (site, _, _folder) = people().await;
    let token = json!(site.token("read", API).await);
    insta::assert_snapshot!("why_of_the_living", why(&site, &token).await);
    revoke(&site, &json!({"client": "service-read"})).await;
    insta::assert_snapshot!("why_of_the_dead", why(&site, &token).await);
    insta::assert_snapshot!("why_of_nobody_s", why(&site, &json!("x")).await);
}

#[tokio::test]
async fn the_first_of_several_revocations_is_the_one_that_killed() {
    let (site, _, _folder) = people().await;
    let first = json!(site.token("read", API).await);
    let cause = json!({"client": "service-read"});
    let killed_first = revoke(&site, &cause).await;
    let second = json!(site.token("read", API).await);
    let killed_second = revoke(&site, &cause).await;
    revoke(&site, &cause).await;
    for (token, done) in [(first, killed_first), (second, killed_second)] {
        let told = why(&site, &token).await.json();
        assert_eq!(told["sequence"], done["sequence"], "{told}");
    }
}

#[tokio::test]
async fn why_of_a_refresh_token_and_of_a_disabled_client() {
    let (site, ada, _folder) = people().await;
    let given = Browser::of(&site, &ada).await.tokens("own", &OFFLINE).await;
    let refresh = &given["refresh_token"];
    let disable = site.post("/v1/clients/own/disable", &json!({}));
    assert_eq!(disable.local().send().await.status, StatusCode::OK);
    let told = why(&site, refresh).await.json();
    let said = (&told["ancestor"]["role"], &told["verb"], &told["actor"]);
    assert_eq!(
        said,
        (&json!("client"), &json!("disable"), &json!("operator")),
        "{told}"
    );
    let enable = site.post("/v1/clients/own/enable", &json!({}));
    enable.local().send().await;
    let done = revoke(&site, &json!({"token": refresh})).await;
    let told = why(&site, refresh).await.json();
    let killer = json!({"role": "family", "node": done["node"]});
    assert_eq!(
        (&told["ancestor"], &told["sequence"]),
        (&killer, &done["sequence"]),
        "{told}"
    );
}

#[tokio::test]
async fn why_names_what_killed_first_and_no_later_cause() {
    let (site, _, _folder) = people().await;
    let token = json!(site.token("read", API).await);
    let done = revoke(&site, &json!({"token": token})).await;
    revoke(&site, &json!({"client": "service-read"})).await;
    let told = why(&site, &token).await.json();
    let killer = json!({"role": "token", "node": null});
    assert_eq!(
        (&told["sequence"], &told["ancestor"], &told["verdict"]),
        (&done["sequence"], &killer, &json!("it was revoked")),
        "{told}"
    );
    let token = json!(site.token("read", API).await);
    let subject = ancestor(&site, token.as_str().unwrap(), "subject").await;
    let done = revoke(&site, &json!({"subject": subject})).await;
    revoke(&site, &json!({"client": "service-read"})).await;
    let told = why(&site, &token).await.json();
    assert_eq!(told["sequence"], done["sequence"], "{told}");
    assert_eq!(told["ancestor"]["role"], "subject", "{told}");
}

#[tokio::test]
async fn why_names_no_suspension_that_a_revocation_outlives() {
    let (site, _, _folder) = people().await;
    let cause = json!({"client": "service-read"});
    let suspend = async || {
        let asked = json!({"cause": cause, "reason": "lost?"});
        let done = site.post("/v1/suspensions", &asked).local().send().await;
        assert_eq!(done.status, StatusCode::OK, "{done}");
        done.json()
    };
    for suspended_first in [true, false] {
        let token = json!(site.token("read", API).await);
        let suspended = if suspended_first {
            Some(suspend().await)
        } else {
            None
        };
        if let Some(done) = suspended {
            let told = why(&site, &token).await.json();
            assert_eq!(told["sequence"], done["sequence"], "{told}");
            assert_eq!(told["verb"], "disable", "{told}");
        }
        let killed = revoke(&site, &cause).await;
        if !suspended_first {
            suspend().await;
        }
        let told = why(&site, &token).await.json();
        let said = (&told["sequence"], &told["verb"]);
        assert_eq!(said, (&killed["sequence"], &json!("revoke")), "{told}");
        assert!(
            told["verdict"].as_str().unwrap().contains("revoked"),
            "{told}"
        );
        let asked = json!({"cause": cause, "reason": "found"});
        let resume = site.post("/v1/suspensions/resume", &asked);
        assert_eq!(resume.local().send().await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn why_knows_the_tokens_of_a_revoked_key() {
    let (site, _, _folder) = people().await;
    let text = site.token("read", API).await;
    let before = why(&site, &json!(text)).await.json();
    let key = ancestor(&site, &text, "signing_key").await;
    let done = revoke(&site, &json!({"signing_key": key})).await;
    let told = why(&site, &json!(text)).await.json();
    for member in [
        "is_ours",
        "kind",
        "sub",
        "client_id",
        "issued_at",
        "expires_at",
    ] {
        assert_eq!(told[member], before[member], "{member}: {told}");
    }
    let nodes = |told: &Value| {
        let all = told["ancestors"].as_array().unwrap();
        all.iter()
            .map(|one| one["node"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(nodes(&told), nodes(&before));
    assert_eq!(told["is_alive"], false);
    let verdict = format!(
        "its signature verifies, but by the signing key {}, which was revoked: \
         nothing that it signed is believed",
        key.as_str().unwrap()
    );
    let killer = json!({"role": "signing_key", "node": key});
    assert_eq!(
        (&told["ancestor"], &told["sequence"], &told["verdict"]),
        (&killer, &done["sequence"], &json!(verdict)),
        "{told}"
    );
    let (said, signature) = text.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let changed = format!("{said}.{first}{}", &signature[1..]);
    let changed = why(&site, &json!(changed)).await.json();
    let said = (&changed["is_ours"], &changed["ancestor"]);
    assert_eq!(said, (&json!(false), &Value::Null), "{changed}");
}
