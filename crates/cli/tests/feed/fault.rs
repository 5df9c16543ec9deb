//! What the network does, one test for each, and a verifier that is started anew.

use std::time::{Duration, Instant};

use symbolon_verify::{Demand, Freshness, Refusal};

use crate::present::{LAG, Tally, Token, busy, present, recovers, until_dead};
use crate::proxy::Network;
use crate::stage::{BOUNDS, RECOVERY, Stage};

/// How long a network does it: until what a verifier knows is DARK, and some more.
const DARKENS: Duration = Duration::from_secs(6);

/// The same where it is to stay FRESH: for longer than that would last by itself.
const STAYS: Duration = Duration::from_secs(4);

async fn under(network: Network) -> Tally {
    let stage = Stage::start();
    let following = stage.followed().await;
    busy(&stage, &[&following], Duration::from_secs(1)).await;
    stage.proxy.set(network);
    let darkens = matches!(network, Network::Cut | Network::KeptBack);
    let time = if darkens { DARKENS } else { STAYS };
    let tally = busy(&stage, &[&following], time).await;
    println!("{network:?}: {tally:?}");
    recovers(&stage, &following).await;
    tally
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_a_verifier_refuses_everything_when_its_bound_is_reached() {
    let tally = under(Network::Cut).await;
    assert!(tally.stale > 0 && tally.dark > 0, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn delayed_a_little_it_stays_fresh() {
    let tally = under(Network::Delayed(Duration::from_millis(150))).await;
    assert_eq!((tally.stale, tally.dark), (0, 0), "{tally:?}");
    assert!(tally.refused_dead > 0, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_constant_delay_does_not_look_fresh() {
    let stage = Stage::start();
    let following = stage.followed().await;
    let delay = Duration::from_millis(1_200);
    stage.proxy.set(Network::Delayed(delay));
    // What was heard before grows old first.
    busy(&stage, &[&following], BOUNDS.fresh + delay).await;
    let tally = busy(&stage, &[&following], Duration::from_secs(4)).await;
    assert_eq!(tally.fresh, 0, "{tally:?}");
    recovers(&stage, &following).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reordered_everything_is_known() {
    let tally = under(Network::Reordered).await;
    assert_eq!(tally.dark, 0, "{tally:?}");
    assert!(tally.refused_dead > 0, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn replayed_nothing_lives_again() {
    let tally = under(Network::Replayed).await;
    assert_eq!(tally.dark, 0, "{tally:?}");
    assert!(tally.refused_dead > 0, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_nothing_is_believed() {
    let tally = under(Network::Forged).await;
    assert_eq!(tally.dark, 0, "{tally:?}");
    assert!(tally.refused_dead > 0, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_keeps_news_back_makes_it_dark() {
    let tally = under(Network::KeptBack).await;
    assert!(tally.stale > 0 && tally.dark > 0, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_that_is_started_anew_lets_nothing_pass_before_it_knows() {
    let stage = Stage::start();
    let following = stage.followed().await;
    let (dead, alive) = (stage.token(), stage.token());
    let guard = following.guard();
    assert!(guard.bearer(&dead, &Demand::any()).await.is_ok());
    drop(following);
    stage.revoke(&dead);
    let dead = Token {
        text: dead,
        revoked_at: Some(Instant::now()),
    };
    stage.proxy.set(Network::Cut);
    let following = stage.follow();
    let (guard, start) = (following.guard(), Instant::now());
    while start.elapsed() < Duration::from_secs(1) {
        for token in [&dead.text, &alive] {
            let said = guard.bearer(token, &Demand::any()).await;
            let is_closed = matches!(said, Err(Refusal::Unavailable { .. }));
            assert!(is_closed, "{said:?}", said = said.err());
        }
    }
    assert_eq!(following.status().freshness, Freshness::Dark);
    stage.proxy.set(Network::Whole);
    assert!(following.ready(RECOVERY).await, "{:?}", following.status());
    let mut tally = Tally::default();
    let alive = Token {
        text: alive,
        revoked_at: None,
    };
    present(&following, &[dead.clone(), alive], &mut tally).await;
    assert_eq!((tally.admitted, tally.refused_dead), (2, 2), "{tally:?}");
    until_dead(&following, &dead.text, LAG).await;
    following.leave().await;
}
