//! Everything that may happen once, 64 times at once, on both engines.

use std::sync::Arc;

use symbolon_identity::With;
use symbolon_signin::password::{self, ChangeError};
use symbolon_signin::password_link::{LIFETIME, RedeemError, find, issue, redeem};
use symbolon_token::secret::Secret;

use crate::arrange::{NEXT, NOON, RIGHT, WRONG, at_once, call, each_world, new, two_stages};

const MANY: usize = 64;

fn text(at: usize) -> String {
    format!("velvet muskrat number {at}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_redeem_one_link_one_sets_his_password() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let link = Arc::new(stage.link(&ada).await);
        let answers = at_once(MANY, |at| {
            let (stage, link) = (stage.clone(), Arc::clone(&link));
            async move {
                let (call, new) = (call(NOON), new(&text(at)));
                let both = (link.reveal(), &new);
                redeem(&stage.world, &stage.sign_in, &call, &stage.realm, both).await
            }
        })
        .await;
        let gone = |answer: &&Result<_, _>| matches!(answer, Err(RedeemError::Gone));
        assert_eq!(answers.iter().filter(gone).count(), MANY - 1);
        let winner = answers.iter().position(Result::is_ok).unwrap();
        assert!(stage.enters("ada", &text(winner)).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_change_one_password_at_once_one_does() {
    each_world(|stage| async move {
        let ada = Arc::new(stage.ada().await);
        let answers = at_once(MANY, |at| {
            let (stage, ada) = (stage.clone(), Arc::clone(&ada));
            async move {
                let (current, new) = (Secret::from(RIGHT), new(&text(at)));
                let (whose, both) = ((&*stage.realm, &*ada), (&current, &new));
                password::change(&stage.world, &stage.sign_in, &call(NOON), whose, both).await
            }
        })
        .await;
        // Who comes after some have failed may find the gate full: nobody looks at his password then.
        let refused = |answer: &&Result<_, _>| {
            matches!(answer, Err(ChangeError::Wrong | ChangeError::TooMany(_)))
        };
        assert_eq!(answers.iter().filter(refused).count(), MANY - 1);
        let winner = answers.iter().position(Result::is_ok).unwrap();
        assert!(stage.enters("ada", &text(winner)).await);
        let live = "SELECT 1 FROM password WHERE ended_at IS NULL";
        assert_eq!(stage.world.db.rows(live, &[]).await.unwrap().len(), 1);
    })
    .await;
}

/// Whoever was recognised while the password was being changed holds a proof that is dead.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_sign_in_survives_the_change_of_its_password_that_it_races_with() {
    each_world(|stage| async move {
        let ada = Arc::new(stage.ada().await);
        let proofs = at_once(MANY, |at| {
            let (stage, ada) = (stage.clone(), Arc::clone(&ada));
            async move {
                if at == MANY / 4 {
                    stage.set(&ada, NEXT).await;
                }
                // The name is not what is tried here, so nobody is to wait for it.
                let whose = (stage.realm.node, Some(ada.node));
                let (call, text) = (call(NOON), Secret::from(RIGHT));
                password::verify(&stage.world, &stage.sign_in, &call, whose, &text).await
            }
        })
        .await;
        assert!(proofs.iter().flatten().all(|proof| !stage.lives(proof)));
        assert!(stage.enters("ada", NEXT).await);
    })
    .await;
}

#[tokio::test]
async fn what_another_process_did_to_a_password_is_learnt_when_it_is_set() {
    let (first, second) = two_stages().await;
    let ada = first.ada().await;
    let (realm, call) = (first.realm.node, call(NOON));
    password::disable(&first.world, &call, realm, ada.node)
        .await
        .unwrap();
    second.set(&ada, NEXT).await;
    assert!(second.enters("ada", NEXT).await);
    assert!(!second.enters("ada", RIGHT).await);
    first.world.catch_up(NOON).await.unwrap();
    assert!(first.enters("ada", NEXT).await);
    assert!(!first.enters("ada", WRONG).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_links_issued_at_once_one_can_be_used() {
    each_world(|stage| async move {
        let ada = Arc::new(stage.person("ada").await);
        let links = at_once(MANY, |_| {
            let (stage, ada) = (stage.clone(), Arc::clone(&ada));
            async move {
                let (whose, call) = ((&*stage.realm, &*ada), call(NOON));
                issue(&stage.world, &call, whose, (LIFETIME, With::default())).await
            }
        })
        .await;
        let mut usable = 0;
        for link in links.iter().flatten() {
            let found = find(&stage.world, &stage.realm, link.text.reveal(), NOON).await;
            usable += usize::from(found.unwrap().is_some());
        }
        assert_eq!(usable, 1);
    })
    .await;
}
