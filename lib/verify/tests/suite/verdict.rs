//! What is judged of a token, by what is known and how old that is.

use std::time::Duration;

use symbolon_token::feed::{Blocks, Bytes, Change, Finding, KeyNode, State};
use symbolon_token::time::Time;
use symbolon_verify::{
    Bounds, Death, Facts, Freshness, Knowledge, Policy, Question, Typed, Verdict, authenticate,
    judge,
};

use crate::arrange::{
    AUDIENCE, CLIENT, Channel, Draft, ISSUER, KEY, NOON, REALM, SUBJECT, after, bit, feed_keys,
    key, node, nonce, stands, token_keys,
};

fn facts(draft: &Draft) -> Facts {
    let keys = token_keys();
    let token = draft.sign();
    authenticate(&token, &keys, (ISSUER, AUDIENCE), Typed::AccessToken)
        .unwrap()
        .1
}

/// What is known after a change, as of the beginning.
fn known(change: Change) -> Knowledge {
    let mut channel = Channel::new(1);
    let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
    knowledge
        .apply_snapshot(&channel.snapshot(), &feed_keys())
        .unwrap();
    knowledge
        .apply_frame(&channel.frame(change), &feed_keys())
        .unwrap();
    hear(&mut knowledge, &channel, 0);
    knowledge
}

fn hear(knowledge: &mut Knowledge, channel: &Channel, at: u64) {
    knowledge.ask(nonce(1), after(at).monotonic);
    knowledge
        .echo(&channel.echo(nonce(1)), &feed_keys())
        .unwrap();
}

/// Judged some milliseconds after that, by a route that fails closed.
fn verdict_at(knowledge: &Knowledge, draft: &Draft, millis: u64, policy: Policy) -> Verdict {
    let question = Question {
        policy,
        bounds: Bounds::default(),
        seen_at: after(millis).monotonic,
        now: after(millis).monotonic,
    };
    judge(knowledge, &facts(draft), &question)
}

fn verdict(change: Change, draft: &Draft) -> Verdict {
    verdict_at(&known(change), draft, 1, Policy::FailClosed)
}

#[test]
fn a_token_of_living_ancestors_lives() {
    assert_eq!(verdict(Change::default(), &Draft::default()), Verdict::Live);
}

#[test]
fn each_ancestor_kills_by_its_epoch_and_by_its_state() {
    let token = Draft::default();
    for ancestor in [REALM, CLIENT, KEY, SUBJECT] {
        let revoked = Verdict::Dead(Death::Revoked(node(ancestor)));
        assert_eq!(verdict(stands(ancestor, 1, State::Live), &token), revoked);
        assert_eq!(verdict(stands(ancestor, 0, State::Ended), &token), revoked);
        let disabled = Verdict::Dead(Death::Disabled(node(ancestor)));
        assert_eq!(
            verdict(stands(ancestor, 0, State::Disabled), &token),
            disabled
        );
    }
}

#[test]
fn a_token_born_after_a_revocation_lives() {
    let ancestors = vec![(REALM, 0), (CLIENT, 1), (KEY, 0)];
    let token = Draft {
        ancestors,
        ..Draft::default()
    };
    assert_eq!(
        verdict(stands(CLIENT, 1, State::Live), &token),
        Verdict::Live
    );
}

#[test]
fn one_bit_kills_one_token() {
    let token = Draft::default();
    let dead = Verdict::Dead(Death::Bit);
    assert_eq!(verdict(bit(token.bucket(), 7), &token), dead);
    assert_eq!(verdict(bit(token.bucket(), 8), &token), Verdict::Live);
}

#[test]
fn what_was_swept_is_dead() {
    let token = Draft::default();
    let floor = Some(token.bucket().0);
    let change = Change {
        floor,
        ..Change::default()
    };
    assert_eq!(verdict(change, &token), Verdict::Dead(Death::Swept));
}

#[test]
fn a_dead_veiled_ancestor_kills_and_a_revived_one_lives() {
    let veiled = vec![[5; 16], [6; 16]];
    let ancestors = vec![(REALM, 0), (CLIENT, 0), (KEY, 0)];
    let token = Draft {
        ancestors,
        veiled,
        ..Draft::default()
    };
    let blocks = |dead: &[u8], revived: &[u8]| Change {
        blocks: Blocks {
            dead: dead.iter().map(|byte| Bytes([*byte; 16])).collect(),
            revived: revived.iter().map(|byte| Bytes([*byte; 16])).collect(),
        },
        ..Change::default()
    };
    assert_eq!(
        verdict(blocks(&[6], &[]), &token),
        Verdict::Dead(Death::Veiled)
    );
    assert_eq!(verdict(blocks(&[7], &[]), &token), Verdict::Live);
    let mut channel = Channel::new(1);
    let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
    let keys = feed_keys();
    knowledge
        .apply_snapshot(&channel.snapshot(), &keys)
        .unwrap();
    knowledge
        .apply_frame(&channel.frame(blocks(&[6], &[])), &keys)
        .unwrap();
    knowledge
        .apply_frame(&channel.frame(blocks(&[], &[6])), &keys)
        .unwrap();
    hear(&mut knowledge, &channel, 0);
    assert_eq!(
        verdict_at(&knowledge, &token, 1, Policy::FailClosed),
        Verdict::Live
    );
}

#[test]
fn a_token_that_does_not_name_its_key_or_realm_is_forged() {
    let orphan = Verdict::Dead(Death::Forged(Finding::Orphan));
    for ancestors in [
        vec![(CLIENT, 0), (KEY, 0)],
        vec![(REALM, 0), (CLIENT, 0)],
        vec![],
    ] {
        let token = Draft {
            ancestors,
            ..Draft::default()
        };
        assert_eq!(verdict(Change::default(), &token), orphan);
    }
    let claims = serde_json::json!({"lin": null});
    let token = Draft {
        claims,
        ..Draft::default()
    };
    assert_eq!(verdict(Change::default(), &token), orphan);
}

#[test]
fn a_name_that_the_authority_never_gives_is_forged() {
    let forged = Verdict::Dead(Death::Forged(Finding::NeverLeased));
    let claims = serde_json::json!({"jti": "x"});
    let token = Draft {
        claims,
        ..Draft::default()
    };
    assert_eq!(verdict(Change::default(), &token), forged);
    let bucket = Some(symbolon_token::status::Bucket(
        Draft::default().bucket().0 + 1,
    ));
    let token = Draft {
        bucket,
        ..Draft::default()
    };
    assert_eq!(verdict(Change::default(), &token), forged);
}

#[test]
fn what_is_strange_is_caught_up_with_first_and_then_refused() {
    let gone = Change {
        keys: Some(vec![KeyNode("token-2".to_owned(), node(9))]),
        ..Change::default()
    };
    let high = Draft {
        ancestors: vec![(REALM, 0), (CLIENT, 1), (KEY, 0)],
        ..Draft::default()
    };
    let index = Draft {
        index: 1000,
        ..Draft::default()
    };
    for (change, token, death) in [
        (gone, Draft::default(), Death::KeyGone),
        (Change::default(), high, Death::Forged(Finding::Unborn)),
        (
            Change::default(),
            index,
            Death::Forged(Finding::NeverLeased),
        ),
    ] {
        let mut channel = Channel::new(1);
        let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
        knowledge
            .apply_snapshot(&channel.snapshot(), &feed_keys())
            .unwrap();
        knowledge
            .apply_frame(&channel.frame(change), &feed_keys())
            .unwrap();
        hear(&mut knowledge, &channel, 0);
        let question = |now| Question {
            policy: Policy::FailClosed,
            bounds: Bounds::default(),
            seen_at: after(100).monotonic,
            now: after(now).monotonic,
        };
        let facts = facts(&token);
        assert_eq!(judge(&knowledge, &facts, &question(100)), Verdict::CatchUp);
        // An echo of a moment just after it was seen proves nothing yet.
        hear(&mut knowledge, &channel, 599);
        assert_eq!(judge(&knowledge, &facts, &question(599)), Verdict::CatchUp);
        hear(&mut knowledge, &channel, 600);
        assert_eq!(
            judge(&knowledge, &facts, &question(600)),
            Verdict::Dead(death)
        );
    }
}

/// What is known of one stream, while a snapshot of another is on trial in which this has happened.
fn on_trial(before: Change, change: Change) -> (Knowledge, Channel) {
    let mut knowledge = known(before);
    let mut channel = Channel::new(2);
    channel.frame(change);
    knowledge
        .apply_snapshot(&channel.snapshot(), &feed_keys())
        .unwrap();
    (knowledge, channel)
}

fn now(knowledge: &Knowledge, draft: &Draft) -> Verdict {
    verdict_at(knowledge, draft, 1, Policy::FailClosed)
}

#[test]
fn what_is_dead_by_a_snapshot_on_trial_is_dead() {
    let token = Draft::default();
    let swept = Change {
        floor: Some(token.bucket().0),
        ..Change::default()
    };
    for (change, death) in [
        (bit(token.bucket(), 7), Death::Bit),
        (swept, Death::Swept),
        (stands(CLIENT, 1, State::Live), Death::Revoked(node(CLIENT))),
        (stands(KEY, 0, State::Ended), Death::Revoked(node(KEY))),
    ] {
        let (knowledge, _) = on_trial(Change::default(), change.clone());
        assert_eq!(now(&knowledge, &token), Verdict::Dead(death));
        let (mut knowledge, mut channel) = on_trial(Change::default(), Change::default());
        let frame = channel.frame(change);
        let generation = knowledge.generation();
        knowledge.apply_frame(&frame, &feed_keys()).unwrap();
        assert!(knowledge.generation() > generation);
        assert_eq!(now(&knowledge, &token), Verdict::Dead(death));
    }
}

#[test]
fn what_is_dead_by_what_was_confirmed_is_dead_by_whatever_is_on_trial() {
    let token = Draft::default();
    let (knowledge, _) = on_trial(bit(token.bucket(), 7), Change::default());
    assert_eq!(now(&knowledge, &token), Verdict::Dead(Death::Bit));
}

#[test]
fn what_may_live_again_is_waited_for_while_on_trial() {
    let veiled = Draft {
        ancestors: vec![(REALM, 0), (CLIENT, 0), (KEY, 0)],
        veiled: vec![[5; 16]],
        ..Draft::default()
    };
    let blocks = Change {
        blocks: Blocks {
            dead: vec![Bytes([5; 16])],
            revived: vec![],
        },
        ..Change::default()
    };
    for (change, death) in [
        (
            stands(CLIENT, 0, State::Disabled),
            Death::Disabled(node(CLIENT)),
        ),
        (blocks, Death::Veiled),
    ] {
        let (mut knowledge, channel) = on_trial(Change::default(), change);
        let question = Question {
            policy: Policy::FailClosed,
            bounds: Bounds::default(),
            // Long before the echo by which what was known before is fresh.
            seen_at: after(0).monotonic,
            now: after(2000).monotonic,
        };
        let judged = judge(&knowledge, &facts(&veiled), &question);
        assert_eq!(judged, Verdict::CatchUp);
        hear(&mut knowledge, &channel, 1);
        assert_eq!(now(&knowledge, &veiled), Verdict::Dead(death));
    }
}

#[test]
fn what_a_snapshot_on_trial_lacks_makes_nothing_strange() {
    let (_, mut less) = on_trial(Change::default(), Change::default());
    less.known.leases.clear();
    less.known.keys = Some(vec![]);
    let mut knowledge = known(Change::default());
    knowledge
        .apply_snapshot(&less.snapshot(), &feed_keys())
        .unwrap();
    assert_eq!(now(&knowledge, &Draft::default()), Verdict::Live);
}

#[test]
fn what_died_by_one_snapshot_on_trial_stays_dead_by_the_next() {
    let token = Draft::default();
    for (change, death) in [
        (bit(token.bucket(), 7), Death::Bit),
        (stands(CLIENT, 1, State::Live), Death::Revoked(node(CLIENT))),
        (
            stands(SUBJECT, 0, State::Ended),
            Death::Revoked(node(SUBJECT)),
        ),
    ] {
        let (mut knowledge, _) = on_trial(Change::default(), change);
        let replayed = Channel::new(3).snapshot();
        knowledge.apply_snapshot(&replayed, &feed_keys()).unwrap();
        assert_eq!(now(&knowledge, &token), Verdict::Dead(death));
    }
}

#[test]
fn times_are_the_authoritys() {
    let token = Draft::default();
    let knowledge = known(Change::default());
    let at = |millis| {
        verdict_at(
            &knowledge,
            &token,
            millis,
            Policy::BoundedOpen(Duration::MAX),
        )
    };
    assert_eq!(at(599_999), Verdict::Live);
    assert_eq!(at(600_000), Verdict::Dead(Death::Expired));
    let iat = Time(NOON.0 + 61_000).seconds();
    let early = Draft {
        iat,
        exp: iat + 600,
        ..Draft::default()
    };
    let at = |millis| verdict_at(&knowledge, &early, millis, Policy::FailClosed);
    assert_eq!(at(999), Verdict::Dead(Death::NotYetValid));
    assert_eq!(at(1000), Verdict::Live);
}

#[test]
fn the_time_that_an_echo_took_makes_tokens_older_never_younger() {
    let mut channel = Channel::new(1);
    let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
    knowledge
        .apply_snapshot(&channel.snapshot(), &feed_keys())
        .unwrap();
    // The nonce left at 0, the echo says noon, and it came at 2,000: it may be as late as noon and 2 s.
    channel.at = Time(NOON.0 + 598_000);
    hear(&mut knowledge, &channel, 0);
    let verdict = verdict_at(&knowledge, &Draft::default(), 2000, Policy::FailClosed);
    assert_eq!(verdict, Verdict::Dead(Death::Expired));
}

#[test]
fn signed_time_never_goes_back() {
    let mut channel = Channel::new(1);
    let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
    knowledge
        .apply_snapshot(&channel.snapshot(), &feed_keys())
        .unwrap();
    channel.at = Time(NOON.0 + 600_000);
    hear(&mut knowledge, &channel, 0);
    channel.at = NOON;
    hear(&mut knowledge, &channel, 1000);
    let verdict = verdict_at(&knowledge, &Draft::default(), 1000, Policy::FailClosed);
    assert_eq!(verdict, Verdict::Dead(Death::Expired));
}

#[test]
fn each_policy_decides_what_passes_when_knowledge_is_old() {
    let (knowledge, token) = (known(Change::default()), Draft::default());
    let minute = Policy::BoundedOpen(Duration::from_mins(1));
    let dark = Verdict::Closed(Freshness::Dark);
    for (policy, expected) in [
        (
            Policy::FailClosed,
            [Verdict::Live, Verdict::Live, dark, dark],
        ),
        (
            Policy::Introspect,
            [
                Verdict::Live,
                Verdict::Introspect,
                Verdict::Introspect,
                Verdict::Introspect,
            ],
        ),
        (minute, [Verdict::Live, Verdict::Live, Verdict::Live, dark]),
    ] {
        let found = [3000, 3001, 10_001, 60_001];
        let found = found.map(|millis| verdict_at(&knowledge, &token, millis, policy));
        assert_eq!(found, expected, "{policy:?}");
    }
}

#[test]
fn what_is_dead_stays_dead_in_the_dark() {
    let knowledge = known(bit(Draft::default().bucket(), 7));
    for policy in [Policy::FailClosed, Policy::Introspect] {
        let verdict = verdict_at(&knowledge, &Draft::default(), 60_000, policy);
        assert_eq!(verdict, Verdict::Dead(Death::Bit));
    }
}

#[test]
fn who_knows_nothing_lets_nothing_pass() {
    let knowledge = Knowledge::new(ISSUER, AUDIENCE);
    let verdict = |policy| verdict_at(&knowledge, &Draft::default(), 0, policy);
    assert_eq!(
        verdict(Policy::FailClosed),
        Verdict::Closed(Freshness::Dark)
    );
    let open = Policy::BoundedOpen(Duration::MAX);
    assert_eq!(verdict(open), Verdict::Closed(Freshness::Dark));
    assert_eq!(verdict(Policy::Introspect), Verdict::Introspect);
}

#[test]
fn a_stranger_s_signature_is_none() {
    let stranger = Draft {
        key: key(9, "token-1"),
        ..Draft::default()
    };
    let keys = token_keys();
    let found = authenticate(
        &stranger.sign(),
        &keys,
        (ISSUER, AUDIENCE),
        Typed::AccessToken,
    );
    assert!(found.is_err());
}
