//! Signing keys through their verbs: rotated, revoked, announced by schedule.

use symbolon_identity::With;
use symbolon_identity::signing_key::{ensure, list, ring, rotate, schedule};
use symbolon_jose::Algorithm;
use symbolon_keys::signing_key::rotate::When;
use symbolon_keys::signing_key::{Phase, Policy};

use crate::arrange::{MINUTE, NOON, call, each_world, two_stages};

const ES256: Algorithm = Algorithm::Es256;

#[tokio::test]
async fn a_key_rotated_at_once_signs_the_next_token_and_the_old_tokens_live() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let api = stage.jwt_api().await;
        let before = stage.token(&service, &api, NOON).await;
        let named = (stage.realm.node, ES256);
        let at_once = (When::AtOnce, With::default());
        let key = rotate(&stage.world, &call(NOON), named, at_once)
            .await
            .unwrap();
        let after = stage.token(&service, &api, NOON).await;
        let signed_by = stage.verify(&after, NOON).await.unwrap().signing_key;
        assert_eq!(signed_by, Some(key));
        assert!(stage.lives(&before, NOON).await);
    })
    .await;
}

#[tokio::test]
async fn the_schedule_announces_a_successor_in_good_time() {
    each_world(|stage| async move {
        let late = NOON.plus(Policy::production().rotate_every);
        schedule(&stage.world, &call(NOON)).await.unwrap();
        let phases = async |now| {
            let listed = list(&stage.world, stage.realm.node, now).await.unwrap();
            listed.iter().map(|key| key.phase).collect::<Vec<_>>()
        };
        assert_eq!(phases(NOON).await, [Phase::Active]);
        for _ in 0..2 {
            schedule(&stage.world, &call(late)).await.unwrap();
        }
        assert_eq!(phases(late).await, [Phase::Announced, Phase::Active]);
        let keys = ring(&stage.world, stage.realm.node).await.unwrap();
        let published = serde_json::from_slice::<serde_json::Value>(&keys.jwks(late).json);
        assert_eq!(published.unwrap()["keys"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_another_process_made_is_found_without_an_error() {
    let (first, second) = two_stages().await;
    let realm = first.realm.node;
    ring(&second.world, realm).await.unwrap();
    let made = ensure(&first.world, &call(NOON), realm, Algorithm::Ed25519).await;
    let found = ensure(&second.world, &call(NOON), realm, Algorithm::Ed25519).await;
    assert_eq!(made.unwrap().id(), found.unwrap().id());
    let later = call(NOON.plus(MINUTE));
    let hmac = ensure(&first.world, &later, realm, Algorithm::Hs256).await;
    assert!(hmac.is_err());
}
