//! Everything that may happen once, 64 times at once, on both engines.

use std::collections::HashSet;
use std::sync::Arc;

use symbolon_identity::client::{self, CreateError, NewClient};
use symbolon_identity::client_assertion::{RedeemError, redeem};
use symbolon_identity::client_secret::{self, MAX_SECRETS, NewSecret, SecretError};
use symbolon_identity::realm::{self, CreateError as RealmError};
use symbolon_identity::resource::{self, NewResource};
use symbolon_identity::signing_key::{ensure, list};
use symbolon_identity::{With, access};
use symbolon_jose::Algorithm;
use symbolon_token::kind::Format;
use symbolon_token::node::SigningKeyNode;
use symbolon_token::status::StatusRef;

use crate::arrange::{API, MINUTE, NOON, Stage, at_once, call, each_world, new_realm, two_stages};

const MANY: usize = 64;

fn successes<T, E>(answers: &[Result<T, E>]) -> usize {
    answers.iter().filter(|answer| answer.is_ok()).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_redeem_one_assertion_one_succeeds() {
    each_world(|stage| async move {
        let client = stage.service("svc").await.client.node;
        let answers = at_once(MANY, |_| {
            let world = Arc::clone(&stage.world);
            async move { redeem(&world, client, "once", NOON.plus(MINUTE)).await }
        })
        .await;
        assert_eq!(successes(&answers), 1);
        let spent = |answer: &Result<(), _>| matches!(answer, Err(RedeemError::Spent));
        assert_eq!(
            answers.iter().filter(|answer| spent(answer)).count(),
            MANY - 1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_clients_by_one_name_one_is_created() {
    each_world(|stage| async move {
        let answers = at_once(MANY, |_| {
            let (world, realm) = (Arc::clone(&stage.world), stage.realm.node);
            async move {
                let new = NewClient::service("svc");
                let created = client::create(&world, &call(NOON), realm, new).await;
                created.map(|created| created.client.node)
            }
        })
        .await;
        assert_eq!(successes(&answers), 1);
        let taken = |answer| matches!(answer, &Err(CreateError::ClientIdTaken(_)));
        assert_eq!(answers.iter().filter(|one| taken(one)).count(), MANY - 1);
        let listed = client::list(&stage.world, stage.realm.node, None, 100).await;
        assert_eq!(listed.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_secrets_ten_are_issued() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let answers = at_once(MANY, |_| {
            let (world, client) = (Arc::clone(&stage.world), service.client.clone());
            async move {
                let new = (NewSecret::default(), With::default());
                let issued = client_secret::issue(&world, &call(NOON), &client, new).await;
                issued.map(|issued| issued.node)
            }
        })
        .await;
        let room = usize::try_from(MAX_SECRETS).unwrap() - 1;
        assert_eq!(successes(&answers), room);
        let full = |answer| matches!(answer, &Err(SecretError::TooMany));
        assert_eq!(answers.iter().filter(|one| full(one)).count(), MANY - room);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_revoke_one_secret_one_does() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let answers = at_once(MANY, |_| {
            let world = Arc::clone(&stage.world);
            let (client, secret) = (service.client.clone(), service.secret);
            async move { client_secret::revoke(&world, &call(NOON), &client, secret).await }
        })
        .await;
        assert_eq!(successes(&answers), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_end_one_client_one_does() {
    each_world(|stage| async move {
        stage.service("svc").await;
        let answers = at_once(MANY, |_| {
            let (world, realm) = (Arc::clone(&stage.world), stage.realm.node);
            async move { client::end(&world, &call(NOON), realm, "svc").await }
        })
        .await;
        assert_eq!(successes(&answers), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_take_the_default_one_has_it() {
    each_world(|stage| async move {
        let answers = at_once(MANY, |at| {
            let here = stage.clone();
            async move {
                let new = NewResource {
                    audience: format!("{API}/{}", at / 2),
                    is_default: true,
                    settings: resource::Settings::default(),
                };
                let new = (new, With::default());
                resource::create(&here.world, &call(NOON), &here.realm, new).await
            }
        })
        .await;
        assert_eq!(successes(&answers), MANY / 2);
        let listed = resource::list(&stage.world, stage.realm.node, None, 100).await;
        let listed = listed.unwrap();
        assert_eq!(listed.len(), MANY / 2);
        assert_eq!(listed.iter().filter(|one| one.is_default).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_realms_by_one_name_one_is_created() {
    each_world(|stage| async move {
        let answers = at_once(MANY, |_| {
            let world = Arc::clone(&stage.world);
            async move {
                let new = (new_realm("other"), With::default());
                realm::create(&world, &call(NOON), new).await
            }
        })
        .await;
        assert_eq!(successes(&answers), 1);
        let taken = |answer| matches!(answer, &Err(RealmError::Taken));
        assert_eq!(answers.iter().filter(|one| taken(one)).count(), MANY - 1);
        assert_eq!(stage.world.realms.all().len(), 2);
    })
    .await;
}

/// The key that each of so many tasks is given.
async fn keys(stage: &Stage, algorithm: Algorithm) -> Vec<SigningKeyNode> {
    at_once(MANY, |_| {
        let (world, realm) = (Arc::clone(&stage.world), stage.realm.node);
        async move {
            let key = ensure(&world, &call(NOON), realm, algorithm).await;
            key.unwrap().id()
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_need_a_first_key_all_get_the_same() {
    each_world(|stage| async move {
        for algorithm in [Algorithm::Ed25519, Algorithm::Rs256] {
            let keys: HashSet<_> = keys(&stage, algorithm).await.into_iter().collect();
            assert_eq!(keys.len(), 1, "{algorithm}");
        }
        let listed = list(&stage.world, stage.realm.node, NOON).await;
        assert_eq!(listed.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_that_need_a_first_key_get_the_same() {
    let (first, second) = two_stages().await;
    for algorithm in [Algorithm::Ed25519, Algorithm::Es384, Algorithm::Es512] {
        let (here, there) = tokio::join!(keys(&first, algorithm), keys(&second, algorithm));
        let keys: HashSet<_> = here.into_iter().chain(there).collect();
        assert_eq!(keys.len(), 1, "{algorithm}");
    }
}

/// The places of tokens that so many tasks issue.
async fn places(stage: &Stage, each: usize) -> Vec<StatusRef> {
    let places = at_once(MANY, |_| {
        let here = stage.clone();
        async move {
            let mut places = Vec::new();
            for _ in 0..each {
                let leases = &here.world.leases;
                let status = leases.status(&call(NOON), here.realm.node, NOON).await;
                places.push(status.unwrap());
            }
            places
        }
    })
    .await;
    places.concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_index_is_given_twice_in_one_process() {
    each_world(|stage| async move {
        let places = places(&stage, 100).await;
        let distinct: HashSet<_> = places.iter().collect();
        assert_eq!(distinct.len(), 100 * MANY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_index_is_given_twice_by_two_processes() {
    let (first, second) = two_stages().await;
    let (here, there) = tokio::join!(places(&first, 50), places(&second, 50));
    let distinct: HashSet<_> = here.iter().chain(&there).collect();
    assert_eq!(distinct.len(), 2 * 50 * MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_revoked_64_times_at_once_is_dead_and_no_error() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let api = stage.api(Format::Opaque).await;
        let token = stage.token(&service, &api, NOON).await;
        let access = stage.verify(&token, NOON).await.unwrap();
        let answers = at_once(MANY, |_| {
            let (world, access) = (Arc::clone(&stage.world), Arc::clone(&access));
            async move { access::revoke(&world, &call(NOON), &access).await }
        })
        .await;
        assert_eq!(successes(&answers), MANY);
        assert!(!stage.lives(&token, NOON).await);
    })
    .await;
}

/// Every token that left while its client was being ended is dead afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_token_survives_the_end_of_its_client_that_it_races_with() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let api = stage.jwt_api().await;
        let client = stage.recognise(&service, NOON).await;
        let tokens = at_once(MANY, |at| {
            let (here, client, api) = (stage.clone(), client.clone(), Arc::clone(&api));
            async move {
                if at == MANY / 2 {
                    let (world, realm) = (&here.world, here.realm.node);
                    client::end(world, &call(NOON), realm, "svc").await.unwrap();
                }
                here.issue(&client, &[api], NOON).await.unwrap()
            }
        })
        .await;
        for token in tokens {
            assert!(!stage.lives(&token, NOON).await);
        }
    })
    .await;
}
