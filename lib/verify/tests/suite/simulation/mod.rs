//! A verifier that follows, on a simulated clock, while the network cuts, delays, reorders, repeats,
//! replays and forges. In each: no token is accepted past its bound, no live token is refused while FRESH,
//! and it recovers.

mod chance;
mod world;

use std::sync::Arc;
use std::time::Duration;

use symbolon_jose::{SigningKey, VerifyError};
use symbolon_verify::follow::{Follow, Following};
use symbolon_verify::{Death, Demand, Freshness, Policy, Refusal, Verifier};
use tokio::time::Instant;

use self::chance::Chance;
use self::world::{Clocks, Faults, Proxy, World, pause};
use crate::arrange::{AUDIENCE, Draft, ISSUER, REALM, key};

/// The bounds, as the documentation states them.
const FRESH: Duration = Duration::from_secs(3);
const DARK: Duration = Duration::from_secs(10);

/// How long recovery takes at most: the longest wait between two tries, a silent stream, two round trips.
const RECOVERY: Duration = Duration::from_secs(8);

/// How long tokens live here, in seconds.
const LIFE: i64 = 40;

/// A minute.
const LATER: Duration = Duration::from_mins(1);

/// Runs a simulation on a clock of its own.
fn simulate<F: Future<Output = ()>>(seed: u64, run: impl FnOnce(Arc<World>, Following) -> F) {
    simulate_several((seed, 1), run);
}

/// The same, with several processes behind a balancer that asks now one, now another.
fn simulate_several<F: Future<Output = ()>>(
    (seed, processes): (u64, u8),
    run: impl FnOnce(Arc<World>, Following) -> F,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let world = World::new(seed, processes);
        tokio::spawn(Arc::clone(&world).beat());
        let verifier = Verifier::following(ISSUER, AUDIENCE);
        let clocks = Arc::new(Clocks(Arc::clone(&world)));
        let chance = Arc::new(Chance::new(seed + 1));
        let follow = Follow::new(verifier, Proxy(Arc::clone(&world))).edge(clocks, chance);
        run(world, follow.start()).await;
    });
}

/// A token of the simulation.
struct Issued {
    index: u32,
    text: String,
    expires_at: Instant,
}

fn issue(world: &World, index: u32) -> Issued {
    // The end is a whole second: what is left of this one is lost.
    let lost = u64::try_from(world.time().0.rem_euclid(1000)).unwrap();
    let life = Duration::from_millis(LIFE.unsigned_abs() * 1000 - lost);
    Issued {
        index,
        text: world.token(index, LIFE),
        expires_at: Instant::now() + life,
    }
}

/// Presents a token and holds what is said against the truth.
async fn present(world: &World, following: &Following, token: &Issued) {
    let guard = following.guard();
    let before = following.status();
    let asked = Instant::now();
    let said = guard.bearer(&token.text, &Demand::any()).await;
    let after = following.status();
    let now = Instant::now();
    let revoked_at = world.revoked_at(token.index);
    if said.is_ok() {
        assert!(asked < token.expires_at, "accepted after its end");
        let enforced = world.enforced_since(token.index);
        assert!(
            enforced.is_none_or(|since| since >= asked),
            "acknowledged and not enforced: {after:?}"
        );
        let known_for = revoked_at.map(|revoked_at| now - revoked_at);
        let bound = if after.freshness == Freshness::Fresh {
            FRESH
        } else {
            DARK
        };
        assert!(
            known_for.unwrap_or_default() <= bound,
            "{known_for:?}: {after:?}"
        );
        return;
    }
    let fresh = before.freshness == Freshness::Fresh && after.freshness == Freshness::Fresh;
    // The authority's clock is known to within the way of an echo: a token may end that much early.
    let margin = Duration::from_secs(3);
    let lives = revoked_at.is_none() && now + margin < token.expires_at;
    assert!(
        !(fresh && lives),
        "refused while fresh: {:?}, {after:?}",
        said.unwrap_err()
    );
}

/// Issues, revokes and presents tokens for a while.
async fn busy(world: &Arc<World>, following: &Following, seconds: u64) {
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut live: Vec<Issued> = Vec::new();
    while Instant::now() < until {
        match world.chance.below(10) {
            0 => live.push(issue(world, world.lease())),
            1 if !live.is_empty() => {
                let at = usize::try_from(world.chance.below(live.len() as u64)).unwrap();
                world.revoke(live[at].index, LIFE);
            }
            _ if !live.is_empty() => {
                let at = usize::try_from(world.chance.below(live.len() as u64)).unwrap();
                present(world, following, &live[at]).await;
            }
            _ => live.push(issue(world, 7)),
        }
        live.truncate(30);
        pause(world.chance.below(100)).await;
    }
}

/// Everything is in order again, in time.
async fn recovered(world: &Arc<World>, following: &Following) {
    recovered_with(Faults::default(), world, following).await;
}

/// The same on a network that goes on having these faults.
async fn recovered_with(faults: Faults, world: &Arc<World>, following: &Following) {
    world.set(faults);
    let since = Instant::now();
    let (dead, alive) = (issue(world, world.lease()), issue(world, world.lease()));
    world.revoke(dead.index, LIFE);
    assert!(following.ready(RECOVERY).await, "{:?}", following.status());
    let guard = following.guard();
    let mut said = guard.bearer(&dead.text, &Demand::any()).await;
    while !matches!(said, Err(Refusal::Dead(Death::Bit))) {
        assert!(
            since.elapsed() < RECOVERY,
            "{:?}, {:?}",
            said.err(),
            following.status()
        );
        pause(50).await;
        said = guard.bearer(&dead.text, &Demand::any()).await;
    }
    assert!(guard.bearer(&alive.text, &Demand::any()).await.is_ok());
}

/// With these faults, for several seeds: busy, then recovered, twice.
fn survives(faults: Faults) {
    survives_behind(1, faults);
}

/// The same behind a balancer of so many processes.
fn survives_behind(processes: u8, faults: Faults) {
    for seed in 0..6 {
        simulate_several((seed, processes), async |world, following| {
            for _ in 0..2 {
                recovered(&world, &following).await;
                world.set(faults);
                busy(&world, &following, 25).await;
            }
            recovered(&world, &following).await;
        });
    }
}

#[test]
fn on_a_good_network_news_come_at_once() {
    simulate(1, async |world, following| {
        recovered(&world, &following).await;
        let token = issue(&world, world.lease());
        let guard = following.guard();
        assert!(guard.bearer(&token.text, &Demand::any()).await.is_ok());
        world.revoke(token.index, LIFE);
        pause(2).await;
        let said = guard.bearer(&token.text, &Demand::any()).await;
        assert_eq!(said.err(), Some(Refusal::Dead(Death::Bit)));
        busy(&world, &following, 30).await;
        let counted = following.status().counted;
        assert_eq!(
            (counted.snapshots, counted.streams, counted.refused),
            (1, 1, 0)
        );
    });
}

#[test]
fn it_survives_a_cut() {
    survives(Faults {
        cut: true,
        ..Faults::default()
    });
}

#[test]
fn it_survives_delays_that_reorder() {
    survives(Faults {
        delay: 800,
        ..Faults::default()
    });
}

#[test]
fn it_survives_long_delays() {
    survives(Faults {
        delay: 4000,
        ..Faults::default()
    });
}

#[test]
fn it_survives_losses_and_repetitions() {
    survives(Faults {
        delay: 20,
        lost: 200,
        twice: 200,
        ..Faults::default()
    });
}

#[test]
fn it_survives_replays_and_forgeries() {
    survives(Faults {
        delay: 20,
        replayed: 200,
        forged: 200,
        ..Faults::default()
    });
}

#[test]
fn it_survives_without_streams() {
    survives(Faults {
        no_streams: true,
        delay: 20,
        ..Faults::default()
    });
}

#[test]
fn where_streams_do_not_pass_it_recovers_from_a_cut_that_nobody_notices() {
    let refused = Faults {
        no_streams: true,
        ..Faults::default()
    };
    let swallowed = Faults {
        swallowed: true,
        ..Faults::default()
    };
    for (seed, cut) in (0..21).zip([1500, 25_000, 80_000].into_iter().cycle()) {
        for faults in [refused, swallowed] {
            for restarts in [false, true] {
                simulate(seed, async |world, following| {
                    recovered_with(faults, &world, &following).await;
                    // So that it ends at any moment of a poll.
                    pause(5000 + seed * 397).await;
                    world.set(Faults {
                        cut: true,
                        silent: true,
                        ..faults
                    });
                    pause(cut).await;
                    if restarts {
                        world.restart();
                    }
                    recovered_with(faults, &world, &following).await;
                });
            }
        }
    }
}

#[test]
fn where_streams_break_or_end_at_once_it_polls_and_goes_back_to_streams() {
    let broken = Faults {
        broken: true,
        ..Faults::default()
    };
    let ended = Faults {
        ended: true,
        ..Faults::default()
    };
    for (seed, faults) in (0..).zip([broken, ended]) {
        simulate(seed, async |world, following| {
            world.set(faults);
            assert!(following.ready(RECOVERY).await, "{faults:?}");
            for _ in 0..100 {
                let token = issue(&world, world.lease());
                let guard = following.guard();
                assert!(guard.bearer(&token.text, &Demand::any()).await.is_ok());
                world.revoke(token.index, LIFE);
                pause(3_000).await;
                let said = guard.bearer(&token.text, &Demand::any()).await;
                assert_eq!(said.err(), Some(Refusal::Dead(Death::Bit)), "{faults:?}");
            }
            let opened = following.status().counted.streams;
            world.set(Faults::default());
            pause(62_000).await;
            assert_eq!(following.status().counted.streams, opened + 1, "{faults:?}");
        });
    }
}

#[test]
fn where_something_keeps_what_streams_say_it_polls() {
    simulate(2, async |world, following| {
        world.set(Faults {
            swallowed: true,
            ..Faults::default()
        });
        assert!(following.ready(RECOVERY).await);
        pause(4000).await;
        for _ in 0..5 {
            let token = issue(&world, world.lease());
            let guard = following.guard();
            assert!(guard.bearer(&token.text, &Demand::any()).await.is_ok());
            world.revoke(token.index, LIFE);
            pause(30).await;
            let said = guard.bearer(&token.text, &Demand::any()).await;
            assert_eq!(said.err(), Some(Refusal::Dead(Death::Bit)));
        }
        assert_eq!(following.status().counted.streams, 1);
    });
}

#[test]
fn it_survives_everything_at_once() {
    survives(Faults {
        delay: 500,
        lost: 100,
        twice: 100,
        replayed: 100,
        forged: 100,
        ..Faults::default()
    });
}

#[test]
fn behind_a_balancer_it_becomes_fresh_and_stays_so() {
    for seed in 0..6 {
        simulate_several(
            (seed, 2 + u8::try_from(seed).unwrap() % 3),
            async |world, following| {
                assert!(following.ready(Duration::from_secs(1)).await);
                for _ in 0..100 {
                    busy(&world, &following, 1).await;
                    assert_eq!(following.status().freshness, Freshness::Fresh);
                }
                let counted = following.status().counted;
                assert_eq!(
                    (counted.snapshots, counted.streams, counted.failures),
                    (1, 1, 0)
                );
                assert!(world.carried_so_far() > 20);
            },
        );
    }
}

#[test]
fn behind_a_balancer_it_survives_processes_that_die() {
    for seed in 0..6 {
        simulate_several((seed, 3), async |world, following| {
            recovered(&world, &following).await;
            for _ in 0..10 {
                world.restart();
                busy(&world, &following, 4).await;
                assert_eq!(following.status().freshness, Freshness::Fresh);
            }
            recovered(&world, &following).await;
        });
    }
}

#[test]
fn behind_a_balancer_it_survives_everything_at_once() {
    let faults = Faults {
        delay: 500,
        lost: 100,
        twice: 100,
        replayed: 100,
        forged: 100,
        ..Faults::default()
    };
    survives_behind(3, faults);
}

#[test]
fn behind_a_balancer_it_survives_a_cut() {
    let faults = Faults {
        cut: true,
        ..Faults::default()
    };
    survives_behind(2, faults);
}

#[test]
fn behind_a_balancer_who_leaves_says_so() {
    for seed in 0..6 {
        simulate_several((seed, 3), async |world, following| {
            recovered(&world, &following).await;
            following.leave().await;
            assert!(world.was_left());
        });
    }
}

#[test]
fn an_authority_whose_streams_begin_with_no_snapshot_is_followed_too() {
    simulate(10, async |world, following| {
        world.begin_apart();
        for _ in 0..2 {
            world.restart();
            recovered(&world, &following).await;
            pause(1000).await;
        }
        let counted = following.status().counted;
        assert_eq!((counted.snapshots, counted.streams), (2, 2));
    });
}

#[test]
fn a_cut_makes_it_stale_then_dark_and_nothing_passes_in_the_dark() {
    simulate(3, async |world, following| {
        recovered(&world, &following).await;
        let token = issue(&world, world.lease());
        let (guard, any) = (following.guard(), Demand::any());
        assert!(guard.bearer(&token.text, &any).await.is_ok());
        world.set(Faults {
            cut: true,
            ..Faults::default()
        });
        pause(4500).await;
        assert_eq!(following.status().freshness, Freshness::Stale);
        assert!(guard.bearer(&token.text, &any).await.is_ok());
        pause(6500).await;
        assert_eq!(following.status().freshness, Freshness::Dark);
        let said = guard.bearer(&token.text, &any).await;
        assert!(matches!(said, Err(Refusal::Unavailable { .. })));
    });
}

#[test]
fn an_authority_that_restarts_is_followed_again() {
    for seed in 0..6 {
        simulate(seed, async |world, following| {
            recovered(&world, &following).await;
            for _ in 0..5 {
                busy(&world, &following, 4).await;
                world.restart();
            }
            recovered(&world, &following).await;
            assert!(following.status().counted.snapshots > 1);
        });
    }
}

#[test]
fn nobody_acknowledges_what_he_does_not_enforce() {
    for (seed, replayed) in (0..12).flat_map(|seed| [(seed, 0), (seed, 300)]) {
        simulate(seed, async |world, following| {
            recovered(&world, &following).await;
            let faults = Faults {
                delay: 2000,
                replayed,
                ..Faults::default()
            };
            for _ in 0..4 {
                world.set(faults);
                world.restart();
                busy(&world, &following, 5).await;
                world.set(Faults::default());
                busy(&world, &following, 2).await;
            }
            recovered(&world, &following).await;
        });
    }
}

#[test]
fn a_forged_token_is_refused_and_reported_once() {
    simulate(5, async |world, following| {
        recovered(&world, &following).await;
        let forged = issue(&world, 900_000);
        for _ in 0..3 {
            let said = following.guard().bearer(&forged.text, &Demand::any()).await;
            assert!(
                matches!(said, Err(Refusal::Dead(Death::Forged(_)))),
                "{said:?}"
            );
        }
        pause(100).await;
        assert_eq!(world.reports(), 1);
    });
}

#[test]
fn a_follower_with_an_open_route_does_not_say_that_it_fails_closed() {
    simulate(16, async |world, following| {
        recovered(&world, &following).await;
        let (guard, token) = (following.guard(), issue(&world, world.lease()));
        // Within the time in which memory serves anyway.
        let open = |limit| Demand::any().policy(Policy::BoundedOpen(limit));
        assert!(guard.bearer(&token.text, &open(DARK)).await.is_ok());
        pause(1100).await;
        assert_eq!(world.dark_after(), Some(10_000));
        let longer = open(DARK + Duration::from_millis(1));
        assert!(guard.bearer(&token.text, &longer).await.is_ok());
        pause(1100).await;
        assert_eq!(world.dark_after(), None);
    });
}

#[cfg(feature = "tower")]
#[test]
fn a_layer_of_an_open_route_says_so_before_its_first_request() {
    simulate(17, async |world, following| {
        recovered(&world, &following).await;
        let resource = symbolon_verify::Resource::new(following.guard());
        let open = Policy::BoundedOpen(Duration::from_mins(1));
        let _layer = resource.demands(Demand::any().policy(open));
        pause(1100).await;
        assert_eq!(world.dark_after(), None);
    });
}

#[test]
fn who_leaves_says_so() {
    simulate(6, async |world, following| {
        recovered(&world, &following).await;
        assert!(!world.was_left());
        following.leave().await;
        assert!(world.was_left());
    });
}

/// A token by another key, whose node has the number of its name.
fn signed(world: &World, key: &Arc<SigningKey>, number: i64) -> String {
    let iat = world.time().seconds();
    Draft {
        key: Arc::clone(key),
        ancestors: vec![(REALM, 0), (number, 0)],
        iat,
        exp: iat + 60,
        ..Draft::default()
    }
    .sign()
}

/// Somebody sends a token by a key that is nobody's, so that keys are asked for.
async fn junk(world: &World, following: &Following) -> Result<(), Refusal> {
    let text = signed(world, &key(77, "token-77"), 77);
    let said = following.guard().bearer(&text, &Demand::any()).await;
    said.map(|_| ())
}

const UNKNOWN: Refusal = Refusal::NotAuthentic(VerifyError::KeyUnknown);

#[test]
fn a_stranger_s_key_is_asked_for_once_and_not_for_every_token() {
    simulate(7, async |world, following| {
        recovered(&world, &following).await;
        pause(20_000).await;
        let before = world.keys_asked_for();
        let many = (0..200).map(|_| junk(&world, &following));
        for said in futures_util::future::join_all(many).await {
            assert_eq!(said, Err(UNKNOWN));
        }
        assert_eq!(world.keys_asked_for(), before + 1);
    });
}

#[test]
fn who_floods_with_strangers_keys_is_sent_away_and_waits_for_nothing() {
    simulate(11, async |world, following| {
        recovered(&world, &following).await;
        pause(20_000).await;
        assert_eq!(junk(&world, &following).await, Err(UNKNOWN));
        let many = (0..1000).map(|_| junk(&world, &following));
        let said = futures_util::future::join_all(many).await;
        let waited = said.iter().filter(|said| **said == Err(UNKNOWN)).count();
        assert_eq!(waited, 256);
    });
}

#[test]
fn a_key_that_the_feed_announces_is_fetched_before_its_first_token() {
    simulate(8, async |world, following| {
        recovered(&world, &following).await;
        pause(20_000).await;
        let key = key(78, "token-78");
        world.make(&key);
        world.announce(&key, 78);
        pause(100).await;
        let asked_for = world.keys_asked_for();
        let token = signed(&world, &key, 78);
        let said = following.guard().bearer(&token, &Demand::any()).await;
        assert!(said.is_ok(), "{said:?}");
        assert_eq!(world.keys_asked_for(), asked_for);
    });
}

#[test]
fn junk_does_not_keep_a_successor_s_tokens_waiting() {
    for millis in [0, 1, 100, 249, 250, 300, 5000] {
        simulate(12, async |world, following| {
            recovered(&world, &following).await;
            pause(20_000).await;
            let (before, key) = (world.keys_asked_for(), key(78, "token-78"));
            assert_eq!(junk(&world, &following).await, Err(UNKNOWN));
            pause(millis).await;
            world.make(&key);
            world.announce(&key, 78);
            let (token, since) = (signed(&world, &key, 78), Instant::now());
            let said = following.guard().bearer(&token, &Demand::any()).await;
            assert!(said.is_ok(), "{said:?}");
            let waited = since.elapsed();
            assert!(waited <= Duration::from_millis(260), "{waited:?}");
            assert_eq!(world.keys_asked_for(), before + 2);
        });
    }
}

#[test]
fn a_token_that_comes_before_its_key_is_announced_waits_for_that() {
    simulate(13, async |world, following| {
        recovered(&world, &following).await;
        pause(20_000).await;
        assert_eq!(junk(&world, &following).await, Err(UNKNOWN));
        let key = key(78, "token-78");
        world.make(&key);
        let (guard, token) = (following.guard(), signed(&world, &key, 78));
        let presented = tokio::spawn(async move { guard.bearer(&token, &Demand::any()).await });
        pause(40).await;
        world.announce(&key, 78);
        let said = presented.await.unwrap();
        assert!(said.is_ok(), "{said:?}");
    });
}

#[test]
fn while_an_announced_key_is_missing_nothing_is_said_of_its_tokens() {
    simulate(14, async |world, following| {
        recovered(&world, &following).await;
        pause(20_000).await;
        let (before, key) = (world.keys_asked_for(), key(78, "token-78"));
        world.set(Faults {
            no_keys: true,
            ..Faults::default()
        });
        world.make(&key);
        world.announce(&key, 78);
        let (guard, any, until) = (following.guard(), Demand::any(), Instant::now() + LATER);
        while Instant::now() < until {
            let token = signed(&world, &key, 78);
            let said = guard.bearer(&token, &any).await;
            assert!(matches!(said, Err(Refusal::Unavailable { .. })), "{said:?}");
            pause(10).await;
        }
        // Four while it doubles, then one every one and a half to three seconds.
        let tried = world.keys_asked_for() - before;
        assert!((20..=44).contains(&tried), "{tried}");
        world.set(Faults::default());
        pause(3000).await;
        let said = guard.bearer(&signed(&world, &key, 78), &any).await;
        assert!(said.is_ok(), "{said:?}");
    });
}

#[test]
fn a_key_that_is_announced_and_never_published_is_not_asked_for_over_and_over() {
    simulate(15, async |world, following| {
        recovered(&world, &following).await;
        let (never, key) = (key(79, "token-79"), key(78, "token-78"));
        world.announce(&never, 79);
        let before = world.keys_asked_for();
        pause(60_000).await;
        let tried = world.keys_asked_for() - before;
        assert!((20..=44).contains(&tried), "{tried}");
        // It does not hold up the next.
        world.make(&key);
        world.announce(&key, 78);
        pause(260).await;
        assert!(following.guard().verifier().knows_key("token-78"));
    });
}

#[test]
fn keys_that_cannot_be_fetched_go_on() {
    simulate(9, async |world, following| {
        recovered(&world, &following).await;
        world.set(Faults {
            cut: true,
            ..Faults::default()
        });
        // Long enough for the keys to be due, and long ago.
        pause(2_000_000).await;
        assert!(following.guard().verifier().has_keys());
        recovered(&world, &following).await;
    });
}

#[test]
fn a_verifier_that_began_in_the_dark_has_its_keys_as_soon_as_the_news() {
    for seed in 0..20 {
        simulate(100 + seed, async |world, following| {
            world.set(Faults {
                cut: true,
                ..Faults::default()
            });
            pause(1000 + seed * 97).await;
            world.set(Faults::default());
            assert!(following.ready(RECOVERY).await, "{:?}", following.status());
        });
    }
}
