//! What ended long ago is forgotten, and nothing lives again by that.

use std::collections::BTreeSet;

use proptest::prelude::*;
use symbolon_token::feed::{Blocks, Bytes, Change, State};
use symbolon_token::status::Bucket;
use symbolon_token::time::Time;
use symbolon_verify::{
    Bounds, Facts, Knowledge, Policy, Question, Typed, Verdict, authenticate, judge,
};

use crate::arrange::{
    AUDIENCE, CLIENT, Channel, Draft, ISSUER, KEY, NOON, REALM, after, feed_keys, nonce, stands,
    token_keys,
};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// A follower that hears everything at once; time in milliseconds since noon.
struct Followed {
    channel: Channel,
    knowledge: Knowledge,
}

impl Followed {
    fn new() -> Self {
        let channel = Channel::new(1);
        let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
        knowledge
            .apply_snapshot(&channel.snapshot(), &feed_keys())
            .unwrap();
        Self { channel, knowledge }
    }

    fn told(&mut self, at: u64, change: Change) {
        self.channel.at = time(at);
        let frame = self.channel.frame(change);
        self.knowledge.apply_frame(&frame, &feed_keys()).unwrap();
    }

    fn heard(&mut self, at: u64) {
        self.channel.at = time(at);
        self.knowledge.ask(nonce(1), after(at).monotonic);
        let echo = self.channel.echo(nonce(1));
        self.knowledge.echo(&echo, &feed_keys()).unwrap();
    }

    fn judge(&self, at: u64, facts: &Facts) -> Verdict {
        let question = Question {
            policy: Policy::FailClosed,
            bounds: Bounds::default(),
            seen_at: after(at).monotonic,
            now: after(at).monotonic,
        };
        judge(&self.knowledge, facts, &question)
    }
}

fn time(at: u64) -> Time {
    Time(NOON.0 + i64::try_from(at).unwrap())
}

fn dead(block: u8) -> Change {
    Change {
        blocks: Blocks {
            dead: vec![Bytes([block; 16])],
            revived: vec![],
        },
        ..Change::default()
    }
}

#[test]
fn what_ended_is_forgotten_26_hours_after_it_was_told_or_within_the_hour_after() {
    for change in [stands(50, 0, State::Ended), dead(5)] {
        for (told, kept, forgotten) in [
            (0, 26 * HOUR, 26 * HOUR + 1),
            (1, 27 * HOUR, 27 * HOUR + 1),
            (60 * MINUTE, 27 * HOUR, 27 * HOUR + 1),
            (61 * MINUTE, 28 * HOUR, 28 * HOUR + 1),
        ] {
            let mut followed = Followed::new();
            followed.told(told, change.clone());
            followed.heard(kept);
            assert_eq!(followed.knowledge.fallen(), 1);
            followed.heard(forgotten);
            assert_eq!(followed.knowledge.fallen(), 0);
        }
    }
}

#[test]
fn what_a_snapshot_told_is_forgotten_26_hours_after_that() {
    let mut followed = Followed::new();
    followed.told(0, stands(50, 0, State::Ended));
    followed.heard(5 * HOUR);
    let mut other = Channel::new(2);
    other.known = followed.channel.known.clone();
    other.at = time(5 * HOUR);
    let snapshot = other.snapshot();
    followed.channel = other;
    let knowledge = &mut followed.knowledge;
    knowledge.apply_snapshot(&snapshot, &feed_keys()).unwrap();
    followed.heard(31 * HOUR);
    assert_eq!(followed.knowledge.fallen(), 1);
    followed.heard(31 * HOUR + 1);
    assert_eq!(followed.knowledge.fallen(), 0);
}

#[test]
fn what_is_disabled_or_lives_at_a_raised_epoch_is_kept() {
    let mut followed = Followed::new();
    followed.told(0, stands(50, 0, State::Disabled));
    followed.told(0, stands(51, 3, State::Live));
    followed.heard(1000 * HOUR);
    assert_eq!(followed.knowledge.fallen(), 2);
}

#[test]
fn a_frame_from_the_future_makes_nothing_forgotten() {
    let mut followed = Followed::new();
    followed.told(0, stands(CLIENT, 0, State::Ended));
    followed.heard(1000);
    // The authority's clock was set: no echo has said so yet, so tokens have not expired yet either.
    followed.told(100 * HOUR, Change::default());
    assert_eq!(followed.knowledge.fallen(), 1);
    let token = facts(&draft(CLIENT, 0, 0, 24 * 60));
    assert!(matches!(followed.judge(2000, &token), Verdict::Dead(_)));
}

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    /// So many minutes pass.
    Pass(u64),
    /// This node ends.
    End(u8),
    /// What this one is veiled as dies.
    Kill(u8),
    /// A token is issued that descends from it, both ways, for so many minutes.
    Issue(u8, u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..=900_u64).prop_map(Step::Pass),
        1 => (0..4_u8).prop_map(Step::End),
        1 => (0..4_u8).prop_map(Step::Kill),
        2 => (0..4_u8, prop_oneof![Just(1440), 1..=1440_u64])
            .prop_map(|(from, minutes)| Step::Issue(from, minutes)),
    ]
}

/// A token that descends from a node, and from a veiled one of the same number.
fn draft(number: i64, block: u8, at: u64, minutes: u64) -> Draft {
    let iat = time(at).seconds();
    Draft {
        ancestors: vec![(REALM, 0), (KEY, 0), (number, 0)],
        veiled: vec![[block; 16]],
        iat,
        exp: iat + i64::try_from(minutes * 60).unwrap(),
        ..Draft::default()
    }
}

fn facts(draft: &Draft) -> Facts {
    let channel = (ISSUER, AUDIENCE);
    let facts = authenticate(&draft.sign(), &token_keys(), channel, Typed::AccessToken);
    facts.unwrap().1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn forgetting_makes_no_dead_token_live_and_no_live_one_dead(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut followed = Followed::new();
        let (mut ended, mut killed) = (BTreeSet::new(), BTreeSet::new());
        let mut tokens = Vec::new();
        let mut now = 0;
        for step in steps {
            match step {
                Step::Pass(minutes) => now += minutes * MINUTE,
                Step::End(number) => {
                    ended.insert(number);
                    followed.told(now, stands(i64::from(number) + 50, 0, State::Ended));
                }
                Step::Kill(number) => {
                    killed.insert(number);
                    followed.told(now, dead(number));
                }
                Step::Issue(from, minutes)
                    if !ended.contains(&from) && !killed.contains(&from) =>
                {
                    let draft = draft(i64::from(from) + 50, from, now, minutes);
                    let bucket: Bucket = draft.bucket();
                    let leases = [(bucket.0, 1000)].into();
                    followed.told(now, Change { leases, ..Change::default() });
                    tokens.push((from, now + minutes * MINUTE, facts(&draft)));
                }
                Step::Issue(..) => {}
            }
            followed.heard(now);
            for (from, ends, facts) in &tokens {
                let is_dead = *ends <= now || ended.contains(from) || killed.contains(from);
                let verdict = followed.judge(now, facts);
                if is_dead {
                    prop_assert!(matches!(verdict, Verdict::Dead(_)), "{verdict:?}");
                } else {
                    prop_assert_eq!(verdict, Verdict::Live);
                }
            }
        }
    }
}
