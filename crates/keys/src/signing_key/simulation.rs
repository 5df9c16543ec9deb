//! A world in which keys rotate as fast as announcing allows: two nodes whose clocks differ, and
//! verifiers that read the key set when their copy is old, and at no other time.

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;
use symbolon_jose::{Algorithm, KeySource, VerifyingKey};
use symbolon_token::node::SigningKeyNode;
use symbolon_token::time::Time;

use super::sample::{NOON, Table, id, realm};
use super::{LEEWAY, MAX_LIVE, Policy, SPREAD, Successor, create, generate, schedule};
use crate::random::SystemRandom;
use crate::ring::KeyRing;
use crate::root::RootKeys;
use crate::seal::Seals;

const ALGORITHM: Algorithm = Algorithm::Ed25519;

/// A program that trusts a copy of the key set.
struct Verifier {
    read_at: Time,
    known: HashSet<String>,
}

/// A token that somebody still holds.
struct Token {
    key: SigningKeyNode,
    expires_at: Time,
}

struct World {
    cache: Duration,
    token_life: Duration,
    policy: Policy,
    seals: Seals,
    table: Table,
    ring: KeyRing,
    verifiers: Vec<Verifier>,
    tokens: Vec<Token>,
}

impl World {
    fn new(cache: Duration, token_life: Duration) -> Self {
        let policy = Policy {
            announce: cache,
            rotate_every: Duration::ZERO,
            verify_after: token_life + LEEWAY,
            remember: Duration::ZERO,
            max_age: cache,
        };
        let seals = Seals::new(&RootKeys::generate(&SystemRandom));
        let ring = KeyRing::open(realm(), &[], &seals, &policy).unwrap();
        let mut world = Self {
            cache,
            token_life,
            policy,
            seals,
            table: Table::default(),
            ring,
            verifiers: Vec::new(),
            tokens: Vec::new(),
        };
        let first = create::decide(&[], realm(), ALGORITHM, NOON).unwrap();
        assert!(world.write(first));
        world
    }

    fn write(&mut self, next: Successor) -> bool {
        let pair = generate(ALGORITHM).unwrap();
        let id = id(next.generation);
        let made = next.make(id, &pair, &self.seals, &SystemRandom).unwrap();
        let written = self.table.commit(&made.steps);
        self.ring.reload(&self.table.rows, &self.seals).unwrap();
        written
    }

    /// Two nodes look at the same rows, and both do what is due.
    fn keep(&mut self, now: Time) {
        let due = schedule::decide(&self.table.rows, &self.policy, now);
        for next in due.announce {
            let twin = next.clone();
            assert!(self.write(next));
            assert!(!self.write(twin), "two successors");
        }
        for gone in due.forget.into_iter().chain(due.drop) {
            assert!(self.table.commit(&[gone.step]));
        }
        self.ring.reload(&self.table.rows, &self.seals).unwrap();
    }

    fn sign(&mut self, clock: Time) {
        let key = self.ring.signer(ALGORITHM, clock).expect("some key signs");
        self.tokens.push(Token {
            key: key.id(),
            expires_at: clock.plus(self.token_life),
        });
    }

    /// Every verifier sees every token that has not expired.
    fn verify(&mut self, now: Time) {
        self.tokens.retain(|token| token.expires_at > now);
        for verifier in &mut self.verifiers {
            if now.since(verifier.read_at) >= self.cache {
                *verifier = read(&self.ring, now);
            }
            for token in &self.tokens {
                let known = verifier.known.contains(&token.key.to_string());
                assert!(known, "a verifier does not know the key of a living token");
            }
        }
    }
}

fn read(ring: &KeyRing, now: Time) -> Verifier {
    let keys = ring.verifiers(now);
    let kids = keys.keys().iter().filter_map(VerifyingKey::kid);
    Verifier {
        read_at: now,
        known: kids.map(str::to_owned).collect(),
    }
}

fn live(world: &World, now: Time) -> usize {
    let rows = world.table.rows.iter();
    rows.filter(|row| row.phase(now).is_published()).count()
}

/// One turn of the world: how long after the last one, and how wrong the signing node's clock is.
#[derive(Clone, Debug)]
struct Turn {
    waits: f64,
    behind: f64,
    ahead: f64,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = (0.0..1.0, 0.0..1.0, 0.0..1.0).prop_map(|(waits, behind, ahead)| Turn {
        waits,
        behind,
        ahead,
    });
    prop::collection::vec(turn, 20..90)
}

/// Verifiers begin at different times, so some read just before a key is announced.
fn run(mut world: World, turns: &[Turn]) {
    let mut now = NOON;
    for turn in turns {
        now = now.plus((world.cache / 3).mul_f64(turn.waits));
        let reader = read(&world.ring, now);
        if world.verifiers.len() < 12 {
            world.verifiers.push(reader);
        }
        world.keep(now);
        world.sign(now);
        world.sign(now.minus(LEEWAY.mul_f64(turn.behind)));
        world.sign(now.plus(SPREAD.mul_f64(turn.ahead)));
        world.verify(now);
        assert!(live(&world, now) <= MAX_LIVE);
        let open = world.table.rows.iter().filter(|row| row.life.is_open());
        assert_eq!(open.count(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn verifiers_that_cache_five_minutes_never_fail(turns in turns()) {
        run(World::new(Duration::from_mins(5), Duration::from_hours(1)), &turns);
    }

    #[test]
    fn verifiers_that_cache_a_day_never_fail(turns in turns()) {
        run(World::new(Duration::from_hours(24), Duration::from_hours(24)), &turns);
    }

    #[test]
    fn a_clock_that_jumps_finds_a_key_that_signs_and_is_published(
        rotations in 0_i64..4,
        jumps in prop::collection::vec(-7_200_000_i64..7_200_000, 1..10),
    ) {
        let mut world = World::new(Duration::from_mins(5), Duration::from_hours(1));
        for turn in 0..rotations {
            world.keep(NOON.plus(Duration::from_mins(7 * u64::try_from(turn).unwrap())));
        }
        for jump in jumps {
            let now = Time(NOON.0 + jump);
            let key = world.ring.signer(ALGORITHM, now).unwrap();
            prop_assert!(world.ring.find(key.id(), now).is_some());
            let kid = key.id().to_string();
            prop_assert!(world.ring.verifiers(now).find(Some(&kid), ALGORITHM).is_some());
        }
    }
}
