//! Realms: created, found by host and path, once each.

use symbolon_identity::With;
use symbolon_identity::realm::{self, CreateError, NewRealm};
use symbolon_identity::signing_key::ring;
use symbolon_jose::Algorithm;
use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::RootKeys;
use symbolon_store::testing;

use crate::arrange::{HOUR, NOON, call, each_world, new_realm, open, stage, two_stages, world};

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

/// By a clock that was set back, the second realm is the older one.
#[tokio::test]
async fn the_first_realm_stays_the_first_whatever_the_clocks_said() {
    let (first, second) = two_stages().await;
    let earlier = call(NOON.minus(HOUR));
    let new = (new_realm("older"), With::default());
    let older = realm::create(&second.world, &earlier, new).await.unwrap();
    assert!(older.node < first.realm.node);
    let restarted = first.beside(first.world.db.clone()).await;
    for stage in [&first, &second, &restarted] {
        stage.catch_up(NOON).await;
        let names: Vec<_> = stage
            .world
            .realms
            .all()
            .iter()
            .map(|one| one.name.clone())
            .collect();
        assert_eq!(names, ["main", "older"]);
    }
}

/// Two nodes of a new installation that are configured differently.
#[tokio::test]
async fn of_two_nodes_that_make_a_first_realm_one_does() {
    let target = testing::target(&testing::postgres_url().await);
    let root = RootKeys::generate(&SystemRandom);
    let one = world(open(&target).await, &root, 0).await;
    let other = world(open(&target).await, &root, 1).await;
    let call = call(NOON);
    let made = realm::create_first(&one, &call, new_realm("one"))
        .await
        .unwrap();
    let late = realm::create_first(&other, &call, new_realm("two"))
        .await
        .unwrap();
    assert_eq!(late, None);
    assert_eq!(other.realms.first().as_deref(), made.as_ref());
    assert_eq!(other.realms.all().len(), 1);
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
