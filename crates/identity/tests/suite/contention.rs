//! Many who change how one node stands, and many who use it meanwhile: all of them get through.

use std::collections::BTreeSet;
use std::sync::Arc;

use symbolon_identity::{Order, Recorded, access, client, realm, subject};
use symbolon_lineage::node::{Change, State};
use symbolon_token::secret::Secret;

use crate::arrange::{NOON, Service, Stage, at_once, call, each_world, two_stages};

const MANY: usize = 64;

/// Which node all of them change.
#[derive(Clone, Copy, Debug)]
enum Whose {
    Client,
    Subject,
    Realm,
}

async fn stand(stage: &Stage, service: &Service, (whose, what): (Whose, Change)) -> Recorded {
    let (world, realm) = (&stage.world, &stage.realm);
    let (call, how) = (&call(NOON), (what, &Order::default()));
    match whose {
        Whose::Client => {
            let named = (realm.node, service.client.client_id.as_str());
            client::stand(world, call, named, how).await.unwrap()
        }
        Whose::Subject => {
            let node = service.client.subject.unwrap();
            let named = (realm.node, node);
            subject::stand(world, call, named, how).await.unwrap()
        }
        Whose::Realm => realm::stand(world, call, realm, how).await.unwrap(),
    }
}

/// Of revocations, none is lost: each has a place and an epoch of its own.
fn assert_distinct(recorded: &[Recorded]) {
    let places: BTreeSet<_> = recorded.iter().map(|one| one.sequence).collect();
    assert_eq!(places.len(), recorded.len());
    let epochs = recorded.iter().map(|one| one.revoked.node.unwrap().1.0);
    let epochs: BTreeSet<_> = epochs.collect();
    assert_eq!(epochs.len(), recorded.len());
}

async fn revoked_and_used_at_once(stage: &Stage, whose: Whose) {
    let service = Arc::new(stage.service("svc").await);
    let api = stage.jwt_api().await;
    let before = stage.token(&service, &api, NOON).await;
    let revoking = at_once(MANY, |_| {
        let (stage, service) = (stage.clone(), Arc::clone(&service));
        async move { stand(&stage, &service, (whose, Change::Revoke)).await }
    });
    let issuing = at_once(MANY, |_| {
        let (stage, service) = (stage.clone(), Arc::clone(&service));
        let api = Arc::clone(&api);
        async move { stage.token(&service, &api, NOON).await }
    });
    let (recorded, _meanwhile): (_, Vec<Secret>) = tokio::join!(revoking, issuing);
    assert_distinct(&recorded);
    assert!(!stage.lives(&before, NOON).await, "{whose:?}");
    let after = stage.token(&service, &api, NOON).await;
    assert!(stage.lives(&after, NOON).await, "{whose:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_revocations_of_a_client_beside_64_tokens_all_get_through() {
    each_world(|stage| async move { revoked_and_used_at_once(&stage, Whose::Client).await }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_revocations_of_a_subject_beside_64_tokens_all_get_through() {
    each_world(|stage| async move { revoked_and_used_at_once(&stage, Whose::Subject).await }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_revocations_of_a_realm_beside_64_tokens_all_get_through() {
    each_world(|stage| async move { revoked_and_used_at_once(&stage, Whose::Realm).await }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn suspensions_and_revocations_of_one_client_at_once_all_get_through() {
    each_world(|stage| async move {
        let service = Arc::new(stage.service("svc").await);
        let recorded = at_once(MANY, |at| {
            let (stage, service) = (stage.clone(), Arc::clone(&service));
            let changes = [Change::Revoke, Change::Disable, Change::Enable];
            let what = changes[at % changes.len()];
            async move { stand(&stage, &service, (Whose::Client, what)).await }
        })
        .await;
        let places: BTreeSet<_> = recorded.iter().map(|one| one.sequence).collect();
        assert_eq!(places.len(), MANY);
        let stood = stage.world.lineages.standing(service.client.node.0);
        assert_eq!(stood.epoch.0, 22);
        assert_ne!(stood.state, State::Ended);
    })
    .await;
}

/// Over PostgreSQL nobody makes the processes wait for each other: they lose races, and try again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_that_revoke_one_client_at_once_both_get_through() {
    let (first, second) = two_stages().await;
    let service = Arc::new(first.service("svc").await);
    second.catch_up(NOON).await;
    let recorded = at_once(MANY, |at| {
        let stage = [&first, &second][at % 2].clone();
        let service = Arc::clone(&service);
        async move { stand(&stage, &service, (Whose::Client, Change::Revoke)).await }
    })
    .await;
    assert_distinct(&recorded);
}

async fn is_shown_dead(stage: &Stage, token: &Secret) -> bool {
    let known = access::authentic(&stage.world, &stage.realm, token.reveal(), NOON).await;
    let status = known.unwrap().status;
    stage.world.lineages.is_revoked(stage.realm.node, status)
}

#[tokio::test]
async fn a_token_whose_entry_stands_behind_its_causes_revocation_is_shown_dead() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let api = stage.jwt_api().await;
        let recognised = stage.recognise(&service, NOON).await;
        stand(&stage, &service, (Whose::Client, Change::Revoke)).await;
        let late = stage.issue(&recognised, &[Arc::clone(&api)], NOON).await;
        assert!(is_shown_dead(&stage, &late.unwrap()).await);
        let after = stage.token(&service, &api, NOON).await;
        assert!(!is_shown_dead(&stage, &after).await);
    })
    .await;
}

#[tokio::test]
async fn a_token_of_a_process_that_had_not_heard_of_the_revocation_is_shown_dead_once_it_has() {
    let (first, second) = two_stages().await;
    let service = first.service("svc").await;
    let api = first.jwt_api().await;
    second.catch_up(NOON).await;
    let before = second.token(&service, &api, NOON).await;
    stand(&first, &service, (Whose::Client, Change::Revoke)).await;
    let late = second.token(&service, &api, NOON).await;
    assert!(second.lives(&late, NOON).await);
    second.catch_up(NOON).await;
    assert!(is_shown_dead(&second, &late).await);
    assert!(!second.lives(&before, NOON).await);
    let after = second.token(&service, &api, NOON).await;
    second.catch_up(NOON).await;
    assert!(!is_shown_dead(&second, &after).await);
}
