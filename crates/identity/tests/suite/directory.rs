//! The directory: a change is seen by the next lookup, here at once, elsewhere after catching up.

use std::sync::Arc;

use symbolon_identity::KnownClient;
use symbolon_identity::client::{self, Settings};
use symbolon_identity::client_secret;
use symbolon_identity::resource::{self, by_audience};
use symbolon_journal::Noun;

use crate::arrange::{API, NOON, Stage, call, each_world, two_stages};

async fn known(stage: &Stage) -> Arc<KnownClient> {
    let known = client::known(&stage.world, stage.realm.node, "svc").await;
    known.unwrap().unwrap()
}

async fn rename(stage: &Stage, name: &str) {
    let settings = Settings {
        client_name: Some(name.to_owned()),
        ..known(stage).await.client.settings.clone()
    };
    let named = (stage.realm.node, "svc");
    let changed = client::change(&stage.world, &call(NOON), named, settings).await;
    changed.unwrap();
}

fn name(known: &KnownClient) -> Option<&str> {
    known.client.settings.client_name.as_deref()
}

#[tokio::test]
async fn an_unchanged_client_is_read_once() {
    each_world(|stage| async move {
        stage.service("svc").await;
        let first = known(&stage).await;
        stage.service("another").await;
        assert!(Arc::ptr_eq(&first, &known(&stage).await));
    })
    .await;
}

#[tokio::test]
async fn the_next_lookup_sees_a_change() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        for at in 0..3 {
            let new = format!("name {at}");
            rename(&stage, &new).await;
            assert_eq!(name(&*known(&stage).await), Some(&*new));
        }
        let second = stage.secret_of(&service).await;
        assert_eq!(known(&stage).await.secrets.len(), 2);
        let revoked =
            client_secret::revoke(&stage.world, &call(NOON), &service.client, second.secret).await;
        revoked.unwrap();
        assert_eq!(known(&stage).await.secrets.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn another_process_sees_a_change_after_catching_up() {
    let (first, second) = two_stages().await;
    let service = first.service("svc").await;
    let api = first.jwt_api().await;
    assert_eq!(name(&*known(&second).await), None);
    let old = by_audience(&second.world, &second.realm, API)
        .await
        .unwrap();
    assert!(old.is_some());
    rename(&first, "new").await;
    first.secret_of(&service).await;
    let (world, realm) = (&first.world, first.realm.node);
    resource::end(world, &call(NOON), realm, api.node)
        .await
        .unwrap();
    second.catch_up(NOON).await;
    let seen = known(&second).await;
    assert_eq!((name(&seen), seen.secrets.len()), (Some("new"), 2));
    let gone = by_audience(&second.world, &second.realm, API)
        .await
        .unwrap();
    assert!(gone.is_none());
}

/// Changes and lookups at once: whatever is remembered in the end is what is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lookups_during_changes_leave_nothing_stale_behind() {
    each_world(|stage| async move {
        stage.service("svc").await;
        let looking = stage.clone();
        let lookups = tokio::spawn(async move {
            for _ in 0..500 {
                known(&looking).await;
            }
        });
        for at in 0..40 {
            let (world, realm) = (&stage.world, stage.realm.node);
            let call = &call(NOON);
            if at % 2 == 0 {
                client::disable(world, call, realm, "svc").await.unwrap();
            } else {
                client::enable(world, call, realm, "svc").await.unwrap();
            }
            assert_eq!(known(&stage).await.is_enabled, at % 2 == 1);
        }
        lookups.await.unwrap();
        assert!(known(&stage).await.is_enabled);
        assert_eq!(stage.journal(Noun::Client).await.len(), 41);
    })
    .await;
}
