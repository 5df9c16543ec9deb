//! Tokens that are presented all the time, and what is said of them held against the truth.

use std::time::{Duration, Instant};

use symbolon_verify::follow::{Following, Status};
use symbolon_verify::{Death, Demand, Freshness, Guard, Policy, Refusal};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::proxy::Network;
use crate::stage::{BOUNDS, RECOVERY, Stage};

/// The authority's own lag, which comes on top of every bound; so long because others use the machine.
pub(crate) const LAG: Duration = Duration::from_millis(500);

/// How long an answer takes that waited for nothing.
const AT_ONCE: Duration = Duration::from_millis(200);

/// So many tokens are presented in turn.
const KEPT: usize = 8;

/// From one round to the next.
const ROUND: Duration = Duration::from_millis(150);

/// A token, and since when it is dead.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) revoked_at: Option<Instant>,
}

/// How often it went how.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) admitted: usize,
    /// Admitted though it was dead already, within the bound.
    pub(crate) admitted_dead: usize,
    pub(crate) refused_dead: usize,
    pub(crate) unavailable: usize,
    /// How things stood after each.
    pub(crate) fresh: usize,
    pub(crate) stale: usize,
    pub(crate) dark: usize,
}

fn demand(policy: Policy) -> Demand {
    Demand::any().policy(policy)
}

/// One verdict.
struct Said {
    token: Token,
    policy: Policy,
    asked_at: Instant,
    took: Duration,
    result: Result<(), Refusal>,
}

async fn ask(guard: Guard, token: Token, policy: Policy) -> Said {
    let asked_at = Instant::now();
    let result = guard.bearer(&token.text, &demand(policy)).await;
    Said {
        token,
        policy,
        asked_at,
        took: asked_at.elapsed(),
        result: result.map(|_| ()),
    }
}

/// Holds a verdict against the truth.
fn judge(said: &Said, (before, after): (&Status, &Status), tally: &mut Tally) {
    let was_fresh = [before, after]
        .iter()
        .all(|status| status.freshness == Freshness::Fresh);
    let bound = match said.policy {
        Policy::FailClosed if !was_fresh => BOUNDS.dark,
        Policy::FailClosed | Policy::Introspect | Policy::BoundedOpen(_) => BOUNDS.fresh,
    };
    match (said.result, said.token.revoked_at) {
        (Ok(()), Some(revoked_at)) => {
            let dead_for = said.asked_at.saturating_duration_since(revoked_at);
            assert!(
                dead_for <= bound + LAG,
                "{:?} admitted a token that had been dead for {dead_for:?}: {after:?}",
                said.policy
            );
            tally.admitted_dead += 1;
        }
        (Ok(()), None) => tally.admitted += 1,
        (Err(Refusal::Unavailable { .. }), revoked_at) => {
            // Whatever waited may have waited through a darkness.
            assert!(
                !was_fresh || revoked_at.is_some() || said.took > AT_ONCE,
                "no answer about a live token while FRESH: {before:?}, {after:?}"
            );
            tally.unavailable += 1;
        }
        (Err(refusal), None) => {
            panic!("a live token was refused: {refusal}; {before:?}, {after:?}")
        }
        (Err(_), Some(_)) => tally.refused_dead += 1,
    }
    match after.freshness {
        Freshness::Fresh => tally.fresh += 1,
        Freshness::Stale => tally.stale += 1,
        Freshness::Dark => tally.dark += 1,
    }
}

/// Presents these to a verifier, by both policies that have a bound, all at once.
pub(crate) async fn present(following: &Following, tokens: &[Token], tally: &mut Tally) {
    let mut asking = JoinSet::new();
    let before = following.status();
    for token in tokens {
        for policy in [Policy::FailClosed, Policy::Introspect] {
            asking.spawn(ask(following.guard(), token.clone(), policy));
        }
    }
    while let Some(said) = asking.join_next().await {
        judge(&said.unwrap(), (&before, &following.status()), tally);
    }
}

/// Issues, revokes and presents for a while.
pub(crate) async fn busy(stage: &Stage, followings: &[&Following], time: Duration) -> Tally {
    let until = Instant::now() + time;
    let (mut tokens, mut tally) = (Vec::<Token>::new(), Tally::default());
    let mut rounds = interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < until {
        rounds.tick().await;
        tokens.push(Token {
            text: stage.token(),
            revoked_at: None,
        });
        // Every other one dies, some rounds after it was seen for the first time.
        let count = tokens.len();
        if count.is_multiple_of(2) && count >= 4 {
            let dies = &mut tokens[count - 4];
            stage.revoke(&dies.text);
            dies.revoked_at = Some(Instant::now());
        }
        let kept = &tokens[count.saturating_sub(KEPT)..];
        for following in followings {
            present(following, kept, &mut tally).await;
        }
    }
    // The dead stay dead, also those of the beginning.
    for following in followings {
        present(following, &tokens, &mut tally).await;
    }
    tally
}

/// Asks until a token is known to be dead, and gives how long that took.
pub(crate) async fn until_dead(following: &Following, token: &str, within: Duration) -> Duration {
    let start = Instant::now();
    let asking = async {
        loop {
            match following.guard().bearer(token, &Demand::any()).await {
                Err(Refusal::Dead(Death::Bit | Death::Revoked(_))) => return,
                Ok(_) | Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let found = timeout(within, asking).await;
    assert!(
        found.is_ok(),
        "alive after {within:?}: {:?}",
        following.status()
    );
    start.elapsed()
}

/// The network is whole again: so is everything else, within the documented seconds.
pub(crate) async fn recovers(stage: &Stage, following: &Following) {
    let dead = stage.token();
    stage.revoke(&dead);
    stage.proxy.set(Network::Whole);
    let start = Instant::now();
    assert!(following.ready(RECOVERY).await, "{:?}", following.status());
    let left = RECOVERY.saturating_sub(start.elapsed());
    until_dead(following, &dead, left).await;
    println!("recovered in {:?}", start.elapsed());
    let tally = busy(stage, &[following], Duration::from_secs(1)).await;
    assert_eq!(
        (tally.unavailable, tally.stale, tally.dark),
        (0, 0, 0),
        "{tally:?}"
    );
    assert!(tally.admitted > 0 && tally.refused_dead > 0, "{tally:?}");
}
