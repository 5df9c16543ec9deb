use futures_util::future::join_all;
use symbolon_identity::client::{self, NewClient};
use symbolon_identity::{With, WriteError};
use symbolon_store::testing::{each_engine, sqlite};
use symbolon_token::node::{NodeId, SubjectNode};

use super::*;
use crate::testing::{NOON, call, migrations, realm, world};

fn answer(body: &str) -> Answer {
    Answer {
        status: 201,
        body: body.as_bytes().to_vec(),
    }
}

fn attempt(realm: RealmNode, key: &str, body: &str) -> Attempt {
    let what: [&[u8]; 2] = [b"POST /v1/clients", body.as_bytes()];
    Attempt::new(realm, Actor::Operator, key, &what)
}

#[tokio::test]
async fn an_answer_is_recalled_for_the_same_request_only() {
    let (db, _folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let realm = realm(&world).await.node;
    let first = attempt(realm, "k", "{}");
    assert!(recall(&world, &first).await.unwrap().is_none());
    let kept = keep_apart(&world, &first, &answer("made"), NOON).await;
    assert!(kept.is_ok());
    assert!(recall(&world, &first).await.unwrap() == Some(answer("made")));
    let other = recall(&world, &attempt(realm, "k", "{ }")).await;
    assert!(matches!(other, Err(RecallError::OtherRequest)));
    let again = keep_apart(&world, &first, &answer("other"), NOON).await;
    assert!(matches!(again, Err(WriteError::Busy)));
}

#[tokio::test]
async fn a_key_belongs_to_who_uses_it() {
    let (db, _folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let realm = realm(&world).await.node;
    let mine = attempt(realm, "k", "{}");
    keep_apart(&world, &mine, &answer("mine"), NOON)
        .await
        .unwrap();
    let somebody = Actor::Subject(SubjectNode(NodeId::from_number(7).unwrap()));
    let what: [&[u8]; 2] = [b"POST /v1/clients", b"{}"];
    let theirs = Attempt::new(realm, somebody, "k", &what);
    assert!(recall(&world, &theirs).await.unwrap().is_none());
}

#[tokio::test]
async fn an_answer_is_forgotten_after_a_day() {
    let (db, _folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let attempt = attempt(realm(&world).await.node, "k", "{}");
    keep_apart(&world, &attempt, &answer("made"), NOON)
        .await
        .unwrap();
    sweep(&world, NOON.plus(RETENTION)).await.unwrap();
    assert!(recall(&world, &attempt).await.unwrap().is_some());
    let after = NOON.plus(RETENTION + Duration::from_millis(1));
    sweep(&world, after).await.unwrap();
    assert!(recall(&world, &attempt).await.unwrap().is_none());
}

#[tokio::test]
async fn where_there_is_nothing_to_forget_nothing_is_written() {
    let (db, folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let attempt = attempt(realm(&world).await.node, "k", "{}");
    keep_apart(&world, &attempt, &answer("made"), NOON)
        .await
        .unwrap();
    let log = folder.path().join("symbolon.db-wal");
    let before = std::fs::read(&log).unwrap();
    sweep(&world, NOON).await.unwrap();
    assert!(std::fs::read(&log).unwrap() == before);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_at_once_one_makes_a_client_and_all_find_its_answer() {
    each_engine(&migrations(), async |db| {
        let world = world(db).await;
        let realm = realm(&world).await.node;
        let attempt = attempt(realm, "k", "{}");
        let racers = (0..64).map(|_| {
            let (world, call) = (&world, call(NOON));
            let keeper = std::sync::Arc::clone(world);
            let with = With::steps_of(move |made: &client::Created| {
                let made = answer(&made.client.client_id);
                vec![keep(&keeper, &attempt, &made, NOON)]
            });
            let new = NewClient {
                with,
                ..NewClient::service("svc")
            };
            let new = NewClient {
                client_id: None,
                ..new
            };
            async move {
                let made = client::create(world, &call, realm, new).await;
                (
                    made.is_ok(),
                    recall(world, &attempt).await.unwrap().unwrap(),
                )
            }
        });
        let done = join_all(racers).await;
        assert_eq!(done.iter().filter(|(made, _)| *made).count(), 1);
        assert!(done.iter().all(|(_, answer)| *answer == done[0].1));
        let clients = client::list(&world, realm, None, 10).await.unwrap();
        assert_eq!(clients.len(), 1);
    })
    .await;
}
