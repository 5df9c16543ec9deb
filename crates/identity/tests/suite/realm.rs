//! Realms: created, found by host and path, once each.

use symbolon_identity::With;
use symbolon_identity::realm::{self, CreateError, NewRealm};
use symbolon_identity::signing_key::ring;
use symbolon_jose::Algorithm;

use crate::arrange::{NOON, call, each_world, new_realm, stage, two_stages};

#[tokio::test]
async fn a_new_realm_is_found_at_once_and_can_sign() {
    each_world(|stage| async move {
        let other = stage.other_realm("other").await;
        let found = stage.world.realms.at("other.example", "/token");
        assert_eq!(found.as_deref(), Some(&*other.realm));
        assert_eq!(stage.world.realms.first().as_deref(), Some(&*stage.realm));
        let keys = ring(&stage.world, other.realm.node).await.unwrap();
        assert!(keys.signer(Algorithm::Es256, NOON).is_some());
    })
    .await;
}

#[tokio::test]
async fn a_name_and_an_issuer_are_one_realms() {
    each_world(|stage| async move {
        for (name, issuer) in [
            ("main", "https://new.example"),
            ("new", "https://main.example"),
        ] {
            let new = NewRealm {
                name: name.to_owned(),
                issuer: issuer.to_owned(),
            };
            let taken = realm::create(&stage.world, &call(NOON), (new, With::default())).await;
            assert!(matches!(taken, Err(CreateError::Taken)), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_first_realm_is_made_once() {
    let (stage, _folder) = stage().await;
    let again = realm::create_first(&stage.world, &call(NOON), new_realm("again")).await;
    assert_eq!(again.unwrap(), None);
}

#[tokio::test]
async fn names_have_few_characters() {
    let (stage, _folder) = stage().await;
    for name in ["", "Main", "a b", "a_b", &"x".repeat(61)] {
        let new = NewRealm {
            name: name.to_owned(),
            issuer: "https://new.example".to_owned(),
        };
        let refused = realm::create(&stage.world, &call(NOON), (new, With::default())).await;
        assert!(matches!(refused, Err(CreateError::Name)), "{name:?}");
    }
}

#[tokio::test]
async fn another_process_finds_a_new_realm_after_catching_up() {
    let (first, second) = two_stages().await;
    let other = first.other_realm("other").await;
    assert_eq!(second.world.realms.by_name("other"), None);
    second.catch_up(NOON).await;
    let found = second.world.realms.by_name("other");
    assert_eq!(found.as_deref(), Some(&*other.realm));
}

#[tokio::test]
async fn tokens_of_a_former_issuer_are_dead_though_they_were_verified_before() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let api = stage.jwt_api().await;
    let token = stage.token(&service, &api, NOON).await;
    assert!(stage.lives(&token, NOON).await);
    let (world, issuer) = (&stage.world, "https://b.example");
    let moved = realm::change_issuer(world, &call(NOON), &stage.realm, issuer).await;
    let moved = stage.of(moved.unwrap());
    assert!(!moved.lives(&token, NOON).await);
    let token = moved.token(&service, &api, NOON).await;
    assert!(moved.lives(&token, NOON).await);
}
