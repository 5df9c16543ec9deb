//! A hash keeps up: with the pepper, and with what the machine can bear. The node stays.

use symbolon_identity::subject::Subject;
use symbolon_signin::pool::Limits;
use symbolon_store::{Row, Step, Unit};

use crate::arrange::{RIGHT, Stage, WRONG, each_world, stage};

async fn row(stage: &Stage, person: &Subject) -> Row {
    let live = "SELECT id, hash, params, pepper FROM password \
                WHERE subject = $1 AND ended_at IS NULL";
    let rows = stage
        .world
        .db
        .rows(live, &[person.node.0.number().into()])
        .await;
    let [row] = rows.unwrap().try_into().unwrap();
    row
}

#[tokio::test]
async fn after_the_pepper_rotated_the_next_sign_in_hashes_again_under_the_new_one() {
    each_world(|stage| async move {
        let ada = stage.ada().await;
        let session = stage.proof("ada", RIGHT).await;
        let before = row(&stage, &ada).await;
        let rotated = stage.rotated().await;
        assert!(!rotated.enters("ada", WRONG).await);
        assert_eq!(row(&stage, &ada).await, before);
        assert!(rotated.enters("ada", RIGHT).await);
        let after = row(&stage, &ada).await;
        assert_eq!(after.integer(0), before.integer(0));
        assert_ne!(after.bytes(1), before.bytes(1));
        assert_ne!(after.integer(3), before.integer(3));
        assert!(rotated.enters("ada", RIGHT).await);
        assert!(rotated.lives(&session));
    })
    .await;
}

#[tokio::test]
async fn a_hash_from_a_faster_machine_is_kept() {
    let (stage, _folder) = stage().await;
    let ada = stage.ada().await;
    assert_eq!(
        row(&stage, &ada).await.text(2),
        Ok("argon2id m=19456 t=2 p=1")
    );
    let costly = Step::one(
        "UPDATE password SET params = $1",
        vec!["argon2id m=19456 t=12 p=1".into()],
    );
    let unit = Unit::default().step(costly);
    stage.world.db.commit(unit).await.unwrap();
    assert!(!stage.enters("ada", RIGHT).await);
    assert_eq!(
        row(&stage, &ada).await.text(2),
        Ok("argon2id m=19456 t=12 p=1")
    );
}

/// Should the machine be too slow to raise anything, there is nothing to hash again.
#[tokio::test]
async fn after_the_measuring_a_cheaper_hash_is_made_again() {
    let (stage, _folder) = stage().await;
    let stage = stage.with_pool(Limits::of_processors(1));
    let ada = stage.ada().await;
    assert!(stage.enters("ada", RIGHT).await);
    // There is one thread: once this is judged, the measuring is done.
    assert!(stage.enters("ada", RIGHT).await);
    assert!(stage.enters("ada", RIGHT).await);
    let bob = stage.person("bob").await;
    stage.set(&bob, RIGHT).await;
    let (renewed, new) = (row(&stage, &ada).await, row(&stage, &bob).await);
    assert_eq!(renewed.text(2), new.text(2));
    assert!(stage.enters("ada", RIGHT).await);
}
