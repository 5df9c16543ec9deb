//! The feeds of the parity file: what happens to a follower, step by step, and what each step does.

use std::collections::BTreeMap;

use symbolon_token::feed::{Blocks, Bytes, Change, KeyNode, State};
use symbolon_token::time::Time;

use super::{Step, Text, What};
use crate::arrange::{
    CLIENT, Channel, Draft, KEY, NOON, REALM, SUBJECT, bit, key, node, nonce, stands,
};

fn ask(at: u64, number: u8) -> Step {
    let what = What::Ask(nonce(number).to_string());
    Step { at, what }
}

fn text(text: String, does: &str) -> Text {
    let does = does.to_owned();
    Text { text, does }
}

fn snapshot(at: u64, channel: &Channel, does: &str) -> Step {
    let what = What::Snapshot(text(channel.snapshot(), does));
    Step { at, what }
}

fn frame(at: u64, frame: String, does: &str) -> Step {
    let what = What::Frame(text(frame, does));
    Step { at, what }
}

fn beat(at: u64, channel: &Channel, does: &str) -> Step {
    let what = What::Heartbeat(text(channel.heartbeat(), does));
    Step { at, what }
}

fn echo(at: u64, channel: &Channel, number: u8, does: &str) -> Step {
    let what = What::Echo(text(channel.echo(nonce(number)), does));
    Step { at, what }
}

/// A follower that heard of one change, and is fresh as of 0.
fn after(change: Change) -> Vec<Step> {
    let mut channel = Channel::new(1);
    vec![
        snapshot(0, &channel, "taken"),
        frame(0, channel.frame(change), "kills"),
        ask(0, 1),
        echo(5, &channel, 1, "fresh"),
    ]
}

fn dead(blocks: &[u8]) -> Change {
    let dead = blocks.iter().map(|byte| Bytes([*byte; 16])).collect();
    Change {
        blocks: Blocks {
            dead,
            revived: vec![],
        },
        ..Change::default()
    }
}

/// The authority's clock when the echo comes.
fn at_time(millis: i64) -> Vec<Step> {
    let mut channel = Channel::new(1);
    channel.at = Time(NOON.0 + millis);
    vec![
        snapshot(0, &channel, "taken"),
        ask(0, 1),
        echo(2000, &channel, 1, "fresh"),
    ]
}

fn revived() -> Vec<Step> {
    let mut channel = Channel::new(1);
    let back = Change {
        blocks: Blocks {
            dead: vec![],
            revived: vec![Bytes([6; 16])],
        },
        ..Change::default()
    };
    vec![
        snapshot(0, &channel, "taken"),
        frame(0, channel.frame(dead(&[6])), "kills"),
        frame(0, channel.frame(back), "new"),
        ask(0, 1),
        echo(5, &channel, 1, "fresh"),
    ]
}

fn settled() -> Vec<Step> {
    let channel = Channel::new(1);
    vec![
        snapshot(0, &channel, "taken"),
        ask(0, 1),
        echo(5, &channel, 1, "fresh"),
        ask(600, 2),
        echo(605, &channel, 2, "fresh"),
    ]
}

fn settled_without_the_key() -> Vec<Step> {
    let mut channel = Channel::new(1);
    channel.known.keys = Some(vec![KeyNode("token-2".to_owned(), node(9))]);
    vec![
        snapshot(0, &channel, "taken"),
        ask(600, 1),
        echo(605, &channel, 1, "fresh"),
    ]
}

fn another_key() -> Change {
    let named = |kid: &str, number| KeyNode(kid.to_owned(), node(number));
    Change {
        keys: Some(vec![named("token-1", KEY), named("token-9", 9)]),
        ..Change::default()
    }
}

/// A revocation that is on its way while an echo tells of it already.
fn behind() -> Vec<Step> {
    let mut channel = Channel::new(1);
    let start = snapshot(0, &channel, "taken");
    channel.frame(bit(Draft::default().bucket(), 7));
    vec![start, ask(0, 1), echo(5, &channel, 1, "behind")]
}

fn caught_up() -> Vec<Step> {
    let mut channel = Channel::new(1);
    let start = snapshot(0, &channel, "taken");
    let killing = channel.frame(bit(Draft::default().bucket(), 7));
    let late = frame(9, killing, "kills");
    vec![start, ask(0, 1), echo(5, &channel, 1, "behind"), late]
}

/// Everything that does not fit, none of which changes anything.
fn attacked() -> Vec<Step> {
    let mut channel = Channel::new(1);
    let start = snapshot(0, &channel, "taken");
    let mut fork = channel.clone();
    let one = channel.frame(Change::default());
    let killing = || stands(CLIENT, 1, State::Live);
    let forked = fork.frame(killing());
    let like = |change: &dyn Fn(&mut Channel)| {
        let mut other = channel.clone();
        change(&mut other);
        other.frame(killing())
    };
    let other_stream = like(&|other| other.stream = Channel::new(2).stream);
    let old_term = like(&|other| other.term = 0);
    let new_term = like(&|other| other.term = 2);
    let unknown_key = like(&|other| other.key = key(9, "feed-9"));
    let counterfeit = like(&|other| other.key = key(9, "feed-1"));
    let mut ahead = channel.clone();
    ahead.frame(killing());
    let gap = ahead.frame(killing());
    let typ = What::Frame(text(channel.heartbeat(), "forged"));
    let mut past = Channel::new(3);
    past.term = 0;
    vec![
        frame(0, one.clone(), "nothing"),
        start,
        frame(0, one.clone(), "new"),
        frame(1, one, "old"),
        frame(1, forked, "fork"),
        beat(1, &fork, "fork"),
        frame(1, other_stream, "other_stream"),
        frame(1, old_term, "old_term"),
        frame(1, new_term, "new_term"),
        frame(1, unknown_key, "unknown_key"),
        frame(1, counterfeit, "forged"),
        frame(1, gap, "gap"),
        beat(1, &ahead, "gap"),
        Step { at: 1, what: typ },
        beat(1, &channel, "in_step"),
        snapshot(1, &past, "old_term"),
        ask(0, 1),
        echo(5, &channel, 1, "fresh"),
        echo(6, &channel, 1, "unknown_nonce"),
        echo(6, &channel, 2, "unknown_nonce"),
    ]
}

/// A snapshot of long ago is replayed to a follower that knows of a revocation.
fn replayed() -> Vec<Step> {
    let old = Channel::new(1);
    let mut channel = Channel::new(2);
    channel.frame(bit(Draft::default().bucket(), 7));
    vec![
        snapshot(0, &channel, "taken"),
        ask(0, 1),
        echo(5, &channel, 1, "fresh"),
        snapshot(6, &old, "taken"),
    ]
}

/// The authority restarts: another stream, in which this has happened.
fn restarted(change: Change, confirmed: bool) -> Vec<Step> {
    let channel = Channel::new(1);
    let mut other = Channel::new(2);
    other.frame(change);
    let mut steps = vec![
        snapshot(0, &channel, "taken"),
        ask(0, 1),
        echo(5, &channel, 1, "fresh"),
        snapshot(6, &other, "taken"),
    ];
    if confirmed {
        steps.extend([ask(7, 2), echo(8, &other, 2, "fresh")]);
    }
    steps
}

fn clock_set_back() -> Vec<Step> {
    let mut channel = Channel::new(1);
    channel.at = Time(NOON.0 + 600_000);
    let mut steps = vec![
        snapshot(0, &channel, "taken"),
        ask(0, 1),
        echo(5, &channel, 1, "fresh"),
        ask(1000, 2),
    ];
    channel.at = NOON;
    steps.push(echo(1005, &channel, 2, "fresh"));
    steps
}

pub(super) fn feeds() -> BTreeMap<String, Vec<Step>> {
    let bucket = Draft::default().bucket();
    let floor = Change {
        floor: Some(bucket.0),
        ..Change::default()
    };
    let disabled = || stands(CLIENT, 0, State::Disabled);
    let no_keys = Change {
        keys: Some(vec![]),
        ..Change::default()
    };
    let unborn = vec![snapshot(0, &Channel::new(1), "taken")];
    let feeds = [
        ("quiet", after(bit(bucket, 8))),
        ("nothing heard", vec![]),
        ("no echo", unborn),
        ("client revoked", after(stands(CLIENT, 1, State::Live))),
        ("client disabled", after(disabled())),
        (
            "client of an unknown state",
            after(stands(CLIENT, 0, State::Ended)),
        ),
        ("subject revoked", after(stands(SUBJECT, 4, State::Live))),
        ("key ended", after(stands(KEY, 0, State::Ended))),
        ("realm revoked", after(stands(REALM, 1 << 32, State::Live))),
        ("bit set", after(bit(bucket, 7))),
        ("swept", after(floor)),
        ("veiled dead", after(dead(&[6]))),
        ("other veiled dead", after(dead(&[7]))),
        ("veiled revived", revived()),
        ("end almost reached", at_time(598_000)),
        ("settled", settled()),
        ("settled without the key", settled_without_the_key()),
        ("another key announced", after(another_key())),
        ("behind", behind()),
        ("caught up", caught_up()),
        ("attacked", attacked()),
        ("replayed", replayed()),
        ("restarted", restarted(bit(bucket, 7), false)),
        ("restarted and confirmed", restarted(bit(bucket, 7), true)),
        ("restarted, client disabled", restarted(disabled(), false)),
        ("restarted, with less", restarted(no_keys, false)),
        ("clock set back", clock_set_back()),
    ];
    feeds.map(|(name, steps)| (name.to_owned(), steps)).into()
}
