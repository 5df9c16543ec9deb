use futures_util::future::join_all;
use symbolon_store::testing::{each_engine, sqlite};
use symbolon_token::time::Time;

use super::*;
use crate::testing::{NOON, call, migrations, realm, world};

#[tokio::test]
async fn a_link_gives_one_token_with_every_scope() {
    let (db, _folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let realm = realm(&world).await;
    assert!(is_due(&world).await.unwrap());
    let link = issue(&world, &call(NOON), &realm).await.unwrap();
    assert!(find(&world, &realm, link.reveal(), NOON).await.unwrap());
    let issued = redeem(&world, &call(NOON), &realm, link.reveal())
        .await
        .unwrap();
    let token = issued.token.reveal();
    let alive = symbolon_identity::access::verify(&world, &realm, token, NOON).await;
    let scopes = symbolon_identity::resource::MANAGEMENT_SCOPES;
    assert_eq!(alive.unwrap().scope.iter().count(), scopes.len());
    assert!(!find(&world, &realm, link.reveal(), NOON).await.unwrap());
    let again = redeem(&world, &call(NOON), &realm, link.reveal()).await;
    assert!(matches!(again, Err(RedeemError::Gone)));
    assert!(!is_due(&world).await.unwrap());
}

#[tokio::test]
async fn a_link_ends_after_half_an_hour() {
    let (db, _folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let realm = realm(&world).await;
    let link = issue(&world, &call(NOON), &realm).await.unwrap();
    let end = NOON.plus(LIFETIME);
    let before = Time(end.0 - 1);
    assert!(find(&world, &realm, link.reveal(), before).await.unwrap());
    assert!(!find(&world, &realm, link.reveal(), end).await.unwrap());
    let late = redeem(&world, &call(end), &realm, link.reveal()).await;
    assert!(matches!(late, Err(RedeemError::Gone)));
}

#[tokio::test]
async fn a_new_link_takes_the_place_of_the_one_before() {
    let (db, _folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let realm = realm(&world).await;
    let old = issue(&world, &call(NOON), &realm).await.unwrap();
    let new = issue(&world, &call(NOON), &realm).await.unwrap();
    assert!(!find(&world, &realm, old.reveal(), NOON).await.unwrap());
    assert!(find(&world, &realm, new.reveal(), NOON).await.unwrap());
}

#[tokio::test]
async fn other_texts_are_no_links() {
    let (db, _folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let realm = realm(&world).await;
    let link = issue(&world, &call(NOON), &realm).await.unwrap();
    let cut = &link.reveal()[..link.len() - 1];
    for text in ["", "x", cut] {
        assert!(!find(&world, &realm, text, NOON).await.unwrap(), "{text}");
        let refused = redeem(&world, &call(NOON), &realm, text).await;
        assert!(matches!(refused, Err(RedeemError::Gone)), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_at_once_one_enters() {
    each_engine(&migrations(), async |db| {
        let world = world(db).await;
        let realm = realm(&world).await;
        let link = issue(&world, &call(NOON), &realm).await.unwrap();
        let call = call(NOON);
        let racers = (0..64).map(|_| redeem(&world, &call, &realm, link.reveal()));
        let entered = join_all(racers).await;
        assert_eq!(entered.iter().filter(|one| one.is_ok()).count(), 1);
    })
    .await;
}
