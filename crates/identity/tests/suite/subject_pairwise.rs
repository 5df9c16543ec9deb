//! Pairwise identifiers: a realm has one salt, for ever.

use std::collections::HashSet;

use symbolon_identity::subject::pairwise;
use symbolon_store::Target;
use symbolon_store::testing::sqlite;
use symbolon_token::node::{NodeId, SubjectNode};

use crate::arrange::{NOON, Stage, at_once, each_world, migrations, open, two_stages};

/// What a client of a fixed sector would call a fixed person.
async fn sub(stage: &Stage) -> String {
    let salt = pairwise::salt(&stage.world, stage.realm.node, NOON).await;
    let subject = SubjectNode(NodeId::from_number(7).unwrap());
    pairwise::sub(&salt.unwrap(), "app.example", subject)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_need_a_first_salt_all_get_the_same() {
    each_world(|stage| async move {
        let subs = at_once(64, |_| {
            let here = stage.clone();
            async move { sub(&here).await }
        });
        let subs: HashSet<_> = subs.await.into_iter().collect();
        assert_eq!(subs.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn each_realm_has_a_salt_of_its_own() {
    each_world(|stage| async move {
        let other = stage.other_realm("other").await;
        assert_ne!(sub(&stage).await, sub(&other).await);
    })
    .await;
}

#[tokio::test]
async fn two_processes_have_the_same_salt() {
    let (first, second) = two_stages().await;
    let (here, there) = tokio::join!(sub(&first), sub(&second));
    assert_eq!(here, there);
}

#[tokio::test]
async fn a_salt_outlives_a_restart() {
    let (db, folder) = sqlite(&migrations()).await;
    let stage = Stage::open(db).await;
    let before = sub(&stage).await;
    stage.world.db.clone().close().await;
    let (realm, root) = stage.parts();
    let path = folder.path().join("symbolon.db");
    let stage = Stage::reopen(open(&Target::Sqlite { path }).await, realm, root).await;
    assert_eq!(sub(&stage).await, before);
}
