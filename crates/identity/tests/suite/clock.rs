//! Clocks that step: what is dead stays dead, what lives is not killed by upkeep.

use symbolon_identity::access;
use symbolon_lineage::status;
use symbolon_token::kind::Format;
use symbolon_token::time::Time;

use crate::arrange::{HOUR, MINUTE, NOON, Stage, call, each_world};

const FORMATS: [Format; 2] = [Format::Jwt, Format::Opaque];

/// What upkeep forgets.
async fn sweep(stage: &Stage, now: Time) {
    access::sweep(&stage.world, now).await.unwrap();
    let floor = stage.world.lineages.floor();
    let (db, realm) = (&stage.world.db, stage.realm.node);
    status::sweep(db, &call(now), realm, floor).await.unwrap();
    stage.catch_up(now).await;
}

#[tokio::test]
async fn a_revoked_token_stays_dead_when_its_bit_was_swept_and_the_clock_steps_back() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let mut revoked = Vec::new();
        for format in FORMATS {
            let api = stage.api(format).await;
            let token = stage.token(&service, &api, NOON).await;
            let access = stage.verify(&token, NOON).await.unwrap();
            access::revoke(&stage.world, &call(NOON), &access)
                .await
                .unwrap();
            revoked.push(token);
        }
        for clock in [NOON.plus(HOUR), NOON.plus(4 * HOUR)] {
            sweep(&stage, clock).await;
            for back in [clock.minus(HOUR), NOON] {
                stage.catch_up(back).await;
                for token in &revoked {
                    assert!(!stage.lives(token, back).await, "{clock:?} {back:?}");
                }
            }
        }
        let bits = stage
            .world
            .db
            .rows("SELECT place FROM status_bit", &[])
            .await;
        assert_eq!(bits.unwrap(), []);
        let rows = stage.world.db.rows("SELECT digest FROM access", &[]).await;
        assert_eq!(rows.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_was_swept_is_dead_even_if_nobody_revoked_it() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        for format in FORMATS {
            let api = stage.api(format).await;
            let token = stage.token(&service, &api, NOON).await;
            sweep(&stage, NOON.plus(4 * HOUR)).await;
            stage.catch_up(NOON).await;
            assert!(!stage.lives(&token, NOON).await, "{format:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn upkeep_by_a_clock_an_hour_ahead_kills_no_living_token() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        for format in FORMATS {
            let api = stage.api(format).await;
            let token = stage.token(&service, &api, NOON).await;
            sweep(&stage, NOON.plus(HOUR)).await;
            let back = NOON.plus(MINUTE);
            stage.catch_up(back).await;
            assert!(stage.lives(&token, back).await, "{format:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_node_whose_clock_stepped_back_notices_that_it_falls_behind() {
    let (stage, _) = crate::arrange::two_stages().await;
    let back = NOON.minus(HOUR);
    stage.catch_up(back).await;
    let follower = &stage.world.follower;
    assert_eq!(follower.behind(back.plus(MINUTE)), MINUTE);
}
