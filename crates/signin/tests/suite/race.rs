//! Everything that may happen once, 64 times at once, on both engines.

use std::sync::Arc;

use symbolon_signin::password::{self, ChangeError};
use symbolon_signin::password_link::{RedeemError, redeem};
use symbolon_token::secret::Secret;

use crate::arrange::{NOON, RIGHT, at_once, call, each_world, new};

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
        let wrong = |answer: &&Result<_, _>| matches!(answer, Err(ChangeError::Wrong));
        assert_eq!(answers.iter().filter(wrong).count(), MANY - 1);
        let winner = answers.iter().position(Result::is_ok).unwrap();
        assert!(stage.enters("ada", &text(winner)).await);
        let live = "SELECT 1 FROM password WHERE ended_at IS NULL";
        assert_eq!(stage.world.db.rows(live, &[]).await.unwrap().len(), 1);
    })
    .await;
}
