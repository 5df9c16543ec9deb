//! `/v1/journal`.

use axum::http::StatusCode;
use serde_json::{Value, json};
use symbolon_jose::{Algorithm, JwkSet, KeySet};
use symbolon_journal::Sequence;
use symbolon_journal::proof::{CheckError, Checked, Checkpoint, Document};
use symbolon_store::{Entry, Unit};

use crate::arrange::Site;

async fn site() -> (Site, impl Sized) {
    let (site, folder) = Site::open().await;
    for name in ["one", "two"] {
        let new = json!({"client_id": name, "grant_types": ["client_credentials"]});
        site.post("/v1/clients", &new).local().send().await;
    }
    (site, folder)
}

async fn names(site: &Site, path: &str) -> Value {
    let found = site.get(path).local().send().await.json();
    let items = found["items"].as_array().unwrap().iter();
    items.map(|record| record["name"].clone()).collect()
}

#[tokio::test]
async fn the_journal_is_searched_backwards() {
    let (site, _folder) = site().await;
    insta::assert_snapshot!(site.get("/v1/journal?limit=2").local().send().await);
}

#[tokio::test]
async fn a_search_goes_on_where_the_page_ended() {
    let (site, _folder) = site().await;
    let filter = "verb=create&noun=client&limit=1";
    let first = site
        .get(&format!("/v1/journal?{filter}"))
        .local()
        .send()
        .await
        .json();
    assert_eq!(first["items"][0]["name"], "two");
    let next = format!("/v1/journal?{filter}&before={}", first["next"]);
    assert_eq!(names(&site, &next).await, json!(["one"]));
}

#[tokio::test]
async fn a_search_takes_filters() {
    let (site, _folder) = site().await;
    for (filter, found) in [
        ("verb=create&noun=client", json!(["two", "one"])),
        ("noun=client&until=1800000000000", json!([])),
        ("noun=client&since=1800000000001", json!([])),
        ("noun=client&outcome=refused", json!([])),
        ("verb=end", json!([])),
    ] {
        assert_eq!(
            names(&site, &format!("/v1/journal?{filter}")).await,
            found,
            "{filter}"
        );
    }
    for wrong in ["verb=x", "noun=x", "outcome=x", "node=x", "before=x"] {
        let reply = site
            .get(&format!("/v1/journal?{wrong}"))
            .local()
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{wrong}: {reply}");
    }
}

#[tokio::test]
async fn the_journal_is_followed_from_a_place() {
    let (site, _folder) = site().await;
    let end = site.get("/v1/journal/tail").local().send().await.json();
    assert_eq!(end["items"], json!([]));
    let path = format!("/v1/journal/tail?wait_ms=30000&after={}", end["after"]);
    let new = json!({"client_id": "three", "grant_types": ["client_credentials"]});
    let (watched, _) = tokio::join!(
        site.get(&path).local().send(),
        site.post("/v1/clients", &new).local().send(),
    );
    let first = &watched.json()["items"][0];
    assert_eq!(first["name"], "three");
    let nothing = format!("/v1/journal/tail?after={}", watched.json()["after"]);
    assert_eq!(names(&site, &nothing).await, json!([]));
}

#[tokio::test]
async fn a_realm_reads_its_own_journal_only() {
    let (site, _folder) = site().await;
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    site.post("/v1/realms", &new).local().send().await;
    let path = "/tenant/v1/journal?noun=client";
    assert_eq!(names(&site, path).await, json!([]));
}

async fn checkpoint(site: &Site) -> (String, Value) {
    let told = site.get("/v1/journal/checkpoint").local().send().await;
    let told = told.json();
    let text = told["checkpoint"].as_str().unwrap().to_owned();
    (text, told["keys"].clone())
}

fn check(proof: &Value, site: &Site) -> Result<Checked, CheckError> {
    let proof: Document = serde_json::from_value(proof.clone()).unwrap();
    proof.check(None, site.now())
}

#[tokio::test]
async fn a_checkpoint_says_where_the_journal_stands_and_who_signed_that() {
    let (site, _folder) = site().await;
    let (text, keys) = checkpoint(&site).await;
    let tail = site.get("/v1/journal/tail").local().send().await.json();
    let set = JwkSet::parse(keys.to_string()).unwrap();
    let known = KeySet::from_jwks(&set, &[Algorithm::Ed25519]).unwrap();
    let read = Checkpoint::read(&text, known.keys(), site.now()).unwrap();
    let expected = Checkpoint {
        iss: "https://auth.example".to_owned(),
        iat: site.now().seconds(),
        sequence: tail["after"].as_i64().unwrap(),
        root: read.root.clone(),
        at: site.now().0,
        term: 1,
    };
    assert_eq!(read, expected);
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_proved_to_no_realm() {
    let (site, _folder) = site().await;
    let entry = Entry {
        bytes: vec![255; 8],
        followed: false,
    };
    let written = site.world.db.commit(Unit::entry(entry)).await.unwrap();
    let path = format!("/v1/journal/proofs/{}", written.sequence.0);
    let refused = site.get(&path).local().send().await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{refused}");
}

#[tokio::test]
async fn an_entry_is_proved_to_whoever_has_the_key() {
    let (site, _folder) = site().await;
    let last = site.get("/v1/journal?limit=1").local().send().await.json();
    let record = &last["items"][0];
    let path = format!("/v1/journal/proofs/{}", record["sequence"]);
    let proof = site.get(&path).local().send().await.json();
    let checked = check(&proof, &site).unwrap();
    assert_eq!(json!(checked.record), *record);
    let mut forged = proof.clone();
    forged["sequence"] = json!(record["sequence"].as_i64().unwrap() - 1);
    assert!(matches!(check(&forged, &site), Err(CheckError::Path)));
    let proof: Document = serde_json::from_value(proof).unwrap();
    let foreign = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    let refused = proof.check(Some(foreign), site.now());
    assert!(matches!(refused, Err(CheckError::Checkpoint(_))));
}

#[tokio::test]
async fn growth_is_proved_since_a_checkpoint() {
    let (site, _folder) = site().await;
    let (since, _) = checkpoint(&site).await;
    let new = json!({"client_id": "three", "grant_types": ["client_credentials"]});
    site.post("/v1/clients", &new).local().send().await;
    let path = format!("/v1/journal/growth?since={since}");
    let proof = site.get(&path).local().send().await.json();
    let checked = check(&proof, &site).unwrap();
    let grown = checked.checkpoint.sequence - checked.since.unwrap().sequence;
    assert!(grown > 0);
    let mut forged = proof.clone();
    forged["path"].as_array_mut().unwrap().pop();
    assert!(matches!(check(&forged, &site), Err(CheckError::Path)));
    let path = "/v1/journal/growth?since=nonsense";
    let refused = site.get(path).local().send().await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{refused}");
}

#[tokio::test]
async fn another_realms_entries_are_not_proved_here() {
    let (site, _folder) = site().await;
    let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
    site.post("/v1/realms", &new).local().send().await;
    for path in ["/tenant/v1/journal/proofs/1", "/v1/journal/proofs/999999"] {
        let unknown = site.get(path).local().send().await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn what_is_said_of_a_person_is_sealed_until_it_is_erased_and_the_proof_holds_after() {
    let (site, _folder) = site().await;
    let new = json!({"kind": "person", "username": "ada", "claims": {"name": "Ada Lovelace"}});
    let person = site.post("/v1/subjects", &new).local().send().await.json();
    let id = person["id"].as_str().unwrap();
    let why = "INC-7: Ada's laptop was stolen";
    let order = json!({"cause": {"subject": id}, "reason": why});
    let done = site.post("/v1/revocations", &order).local().send().await;
    let sequence = done.json()["sequence"].as_i64().unwrap();

    let place = Sequence(sequence);
    let rows = site.world.db.written(place, place).await.unwrap();
    let stored = String::from_utf8_lossy(&rows[0].bytes).into_owned();
    assert!(!stored.contains("Ada"), "{stored}");
    let entry = format!("/v1/journal?verb=revoke&node={id}");
    let told = site.get(&entry).local().send().await.json();
    assert_eq!(told["items"][0]["reason"], why);

    let erase = format!("/v1/subjects/{id}/erase");
    let erased = site.post(&erase, &json!({})).local().send().await;
    assert_eq!(erased.json(), json!({"id": id, "state": "ended"}));
    let told = site.get(&entry).local().send().await.json();
    let record = &told["items"][0];
    assert_eq!(
        (&record["reason"], &record["sealed_for"]),
        (&Value::Null, &json!(id))
    );
    let gone = site.get(&format!("/v1/subjects/{id}")).local().send().await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "{gone}");
    let left = "SELECT name, username, claims FROM subject WHERE username IS NOT NULL OR name = $1";
    let left = site.world.db.rows(left, &["Ada Lovelace".into()]).await;
    assert_eq!(left.unwrap(), []);

    let path = format!("/v1/journal/proofs/{sequence}");
    let proof = site.get(&path).local().send().await.json();
    assert!(check(&proof, &site).is_ok());
    let again = site.post(&erase, &json!({})).local().send().await;
    assert_eq!(again.status, StatusCode::OK, "{again}");
    let nobody = site.post("/v1/subjects/00000000001/erase", &json!({}));
    let nobody = nobody.local().send().await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND, "{nobody}");
}
