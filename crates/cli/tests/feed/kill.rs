//! The authority dies between a commit and its frame, and comes back.

use std::time::{Duration, Instant};

use symbolon_verify::{Demand, Freshness};

use crate::present::{Tally, Token, busy, present, until_dead};
use crate::stage::{RECOVERY, Stage};

const ROUNDS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_revoked_just_before_the_authority_died_stays_dead() {
    let mut stage = Stage::start();
    let following = stage.followed().await;
    let (mut tokens, mut tally) = (Vec::<Token>::new(), Tally::default());
    for _ in 0..ROUNDS {
        let (dead, alive) = (stage.token(), stage.token());
        for token in [&dead, &alive] {
            let said = following.guard().bearer(token, &Demand::any()).await;
            assert!(said.is_ok(), "{:?}", said.err());
        }
        stage.revoke(&dead);
        let died_at = Instant::now();
        kill(&mut stage);
        tokens.extend(
            [(dead.clone(), Some(died_at)), (alive, None)]
                .map(|(text, revoked_at)| Token { text, revoked_at }),
        );
        present(&following, &tokens, &mut tally).await;
        until_dead(&following, &dead, RECOVERY).await;
        assert!(following.ready(RECOVERY).await, "{:?}", following.status());
        println!("recovered in {:?}", died_at.elapsed());
        for token in &tokens {
            assert_eq!(stage.is_active(&token.text), token.revoked_at.is_none());
        }
        present(&following, &tokens, &mut tally).await;
    }
    let last = busy(&stage, &[&following], Duration::from_secs(1)).await;
    assert_eq!(following.status().freshness, Freshness::Fresh);
    assert!(last.admitted > 0 && last.refused_dead > 0, "{last:?}");
    assert!(stage.serve.process.stop().success());
}

/// Ends the process in the middle of whatever it does, and starts another.
pub(crate) fn kill(stage: &mut Stage) {
    stage.serve.process.signal("KILL");
    let _status = stage.serve.process.wait();
    stage.restarted(&[]);
}
