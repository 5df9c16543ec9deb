//! Terms: after a restored backup everything older is dead, on every node.

use symbolon_identity::access;
use symbolon_journal::{Noun, Verb};
use symbolon_lineage::term;
use symbolon_store::Target;
use symbolon_store::testing::sqlite;
use symbolon_token::kind::Format;

use crate::arrange::{MINUTE, NOON, Stage, call, each_world, migrations, open, two_stages};

const FORMATS: [Format; 2] = [Format::Jwt, Format::Opaque];

#[tokio::test]
async fn a_new_term_kills_every_older_token_and_no_newer_one() {
    each_world(|stage| async move {
        let other = stage.other_realm("other").await;
        for here in [&stage, &other] {
            let service = here.service("svc").await;
            for format in FORMATS {
                let api = here.api(format).await;
                let older = here.token(&service, &api, NOON).await;
                assert!(here.lives(&older, NOON).await);
                let (db, realm) = (&stage.world.db, stage.realm.node);
                term::begin(db, &call(NOON), realm).await.unwrap();
                assert!(!here.lives(&older, NOON).await, "{format:?}");
                let newer = here.token(&service, &api, NOON).await;
                assert!(here.lives(&newer, NOON).await, "{format:?}");
            }
        }
        assert_eq!(stage.verbs(Noun::Term).await, [Verb::Begin; 4]);
    })
    .await;
}

#[tokio::test]
async fn nodes_that_run_learn_of_a_term_and_nodes_that_start_know_it() {
    let (first, second) = two_stages().await;
    let service = first.service("svc").await;
    let api = first.jwt_api().await;
    let older = first.token(&service, &api, NOON).await;
    assert!(second.lives(&older, NOON).await);
    let (db, realm) = (&first.world.db, first.realm.node);
    term::begin(db, &call(NOON), realm).await.unwrap();
    second.catch_up(NOON).await;
    assert!(!second.lives(&older, NOON).await);
    let newer = second.token(&service, &api, NOON).await;
    let third = first.beside(db.clone()).await;
    assert!(!third.lives(&older, NOON).await);
    assert!(third.lives(&newer, NOON).await);
}

#[tokio::test]
async fn a_restored_backup_revives_nothing() {
    let (db, folder) = sqlite(&migrations()).await;
    let stage = Stage::open(db).await;
    let service = stage.service("svc").await;
    let api = stage.jwt_api().await;
    let revoked = stage.token(&service, &api, NOON).await;
    let path = folder.path().join("backup.db");
    stage.world.db.backup(&path).await.unwrap();
    let access = stage.verify(&revoked, NOON).await.unwrap();
    access::revoke(&stage.world, &call(NOON), &access)
        .await
        .unwrap();
    let lost = stage.token(&service, &api, NOON).await;

    let restored = open(&Target::Sqlite { path }).await;
    let later = NOON.plus(MINUTE);
    term::begin(&restored, &call(later), stage.realm.node)
        .await
        .unwrap();
    let stage = stage.beside(restored).await;
    for token in [revoked, lost] {
        assert!(!stage.lives(&token, later).await);
    }
    let token = stage.token(&service, &api, later).await;
    assert!(stage.lives(&token, later).await);
}

#[tokio::test]
async fn one_backup_restored_twice_gets_two_terms() {
    let (db, _folder) = sqlite(&migrations()).await;
    let stage = Stage::open(db).await;
    let (db, realm) = (&stage.world.db, stage.realm.node);
    let first = term::begin(db, &call(NOON), realm).await.unwrap();
    let second = term::begin(db, &call(NOON), realm).await.unwrap();
    assert_eq!(first.0, NOON.seconds());
    assert!(second > first);
}
