//! What the feed's texts do to what is known.

use proptest::prelude::*;
use symbolon_jose::VerifyError;
use symbolon_token::feed::{Change, State};
use symbolon_token::status::Bucket;
use symbolon_verify::knowledge::{Applied, Echoed};
use symbolon_verify::{FeedError, Knowledge, Remedy};

use crate::arrange::{
    AUDIENCE, CLIENT, Channel, ISSUER, NOON, after, bit, feed_keys, key, nonce, stands,
};

fn started(channel: &Channel) -> Knowledge {
    let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
    knowledge
        .apply_snapshot(&channel.snapshot(), &feed_keys())
        .unwrap();
    knowledge
}

fn new(kills: bool) -> Applied {
    let at = NOON;
    Applied::New { kills, at }
}

fn fresh(knowledge: &mut Knowledge, channel: &Channel, at: u64) {
    knowledge.ask(nonce(200), after(at).monotonic);
    let echoed = knowledge.echo(&channel.echo(nonce(200)), &feed_keys());
    assert_eq!(echoed, Ok(Echoed::Fresh(after(at).monotonic)));
}

#[test]
fn frames_in_order_are_taken_in_and_repeated_ones_passed_over() {
    let (mut channel, keys) = (Channel::new(1), feed_keys());
    let mut knowledge = started(&channel);
    let one = channel.frame(stands(CLIENT, 1, State::Live));
    let two = channel.frame(Change::default());
    assert_eq!(knowledge.apply_frame(&one, &keys), Ok(new(true)));
    assert_eq!(knowledge.apply_frame(&two, &keys), Ok(new(false)));
    assert_eq!(knowledge.apply_frame(&one, &keys), Ok(Applied::Old));
    assert_eq!(knowledge.position(), Some(channel.position()));
    assert_eq!(knowledge.generation(), 2);
}

#[test]
fn a_missing_frame_shows_and_changes_nothing() {
    let (mut channel, keys) = (Channel::new(1), feed_keys());
    let mut knowledge = started(&channel);
    let before = knowledge.position();
    let _lost = channel.frame(Change::default());
    let gap = FeedError::Gap { known: 0, found: 2 };
    let next = channel.frame(Change::default());
    assert_eq!(knowledge.apply_frame(&next, &keys), Err(gap));
    assert_eq!(knowledge.heartbeat(&channel.heartbeat(), &keys), Err(gap));
    assert_eq!(
        (knowledge.position(), gap.remedy()),
        (before, Remedy::Delta)
    );
}

#[test]
fn a_forked_stream_shows() {
    let (mut channel, keys) = (Channel::new(1), feed_keys());
    let mut knowledge = started(&channel);
    let mut other = channel.clone();
    let one = channel.frame(Change::default());
    let forked = other.frame(stands(CLIENT, 1, State::Live));
    knowledge.apply_frame(&one, &keys).unwrap();
    assert_eq!(knowledge.apply_frame(&forked, &keys), Err(FeedError::Fork));
    assert_eq!(
        knowledge.heartbeat(&other.heartbeat(), &keys),
        Err(FeedError::Fork)
    );
    let after_fork = other.frame(Change::default());
    assert_eq!(
        knowledge.apply_frame(&after_fork, &keys),
        Err(FeedError::Fork)
    );
    assert_eq!(FeedError::Fork.remedy(), Remedy::Snapshot);
}

#[test]
fn texts_of_other_streams_terms_and_channels_are_refused() {
    let (channel, keys) = (Channel::new(1), feed_keys());
    let mut knowledge = started(&channel);
    let mut frame_of = |change: &dyn Fn(&mut Channel)| {
        let mut other = channel.clone();
        change(&mut other);
        knowledge.apply_frame(&other.frame(Change::default()), &keys)
    };
    let stream = frame_of(&|other| other.stream = Channel::new(2).stream);
    assert_eq!(stream, Err(FeedError::OtherStream));
    assert_eq!(frame_of(&|other| other.term = 0), Err(FeedError::OldTerm));
    assert_eq!(frame_of(&|other| other.term = 2), Err(FeedError::NewTerm));
    let forged = frame_of(&|other| other.key = key(9, "feed-1"));
    assert_eq!(forged, Err(FeedError::Forged(VerifyError::Signature)));
    let unknown = frame_of(&|other| other.key = key(9, "feed-2"));
    assert_eq!(unknown.unwrap_err().remedy(), Remedy::FeedKeys);
    let mut foreign = Knowledge::new(ISSUER, "https://other.example");
    let applied = foreign.apply_snapshot(&channel.snapshot(), &keys);
    assert_eq!(applied, Err(FeedError::Foreign));
}

#[test]
fn a_text_of_one_kind_does_not_pass_for_another() {
    let (mut channel, keys) = (Channel::new(1), feed_keys());
    let mut knowledge = started(&channel);
    let typ = FeedError::Forged(VerifyError::Typ);
    assert_eq!(knowledge.apply_frame(&channel.heartbeat(), &keys), Err(typ));
    assert_eq!(
        knowledge.heartbeat(&channel.echo(nonce(1)), &keys),
        Err(typ)
    );
    assert_eq!(
        knowledge.echo(&channel.frame(Change::default()), &keys),
        Err(typ)
    );
    assert_eq!(
        knowledge.apply_snapshot(&channel.heartbeat(), &keys),
        Err(typ)
    );
}

#[test]
fn an_echo_counts_from_when_its_nonce_was_sent_and_only_once() {
    let (channel, keys) = (Channel::new(1), feed_keys());
    let mut knowledge = started(&channel);
    assert_eq!(knowledge.as_of(), None);
    knowledge.ask(nonce(1), after(1000).monotonic);
    let echo = channel.echo(nonce(1));
    assert_eq!(
        knowledge.echo(&echo, &keys),
        Ok(Echoed::Fresh(after(1000).monotonic))
    );
    assert_eq!(knowledge.as_of(), Some(after(1000).monotonic));
    assert_eq!(knowledge.echo(&echo, &keys), Err(FeedError::UnknownNonce));
    assert_eq!(
        knowledge.time(after(1500).monotonic),
        Some(symbolon_token::time::Time(NOON.0 + 500))
    );
}

#[test]
fn an_echo_from_ahead_counts_when_its_frames_have_come() {
    let (mut channel, keys) = (Channel::new(1), feed_keys());
    let mut knowledge = started(&channel);
    let frame = channel.frame(stands(CLIENT, 1, State::Live));
    knowledge.ask(nonce(1), after(5).monotonic);
    assert_eq!(
        knowledge.echo(&channel.echo(nonce(1)), &keys),
        Ok(Echoed::Behind)
    );
    assert_eq!(knowledge.as_of(), None);
    knowledge.apply_frame(&frame, &keys).unwrap();
    assert_eq!(knowledge.as_of(), Some(after(5).monotonic));
}

#[test]
fn a_replayed_snapshot_never_takes_the_place_of_what_is_known() {
    let keys = feed_keys();
    let old = Channel::new(1).snapshot();
    let mut channel = Channel::new(2);
    let bucket = Bucket::of(NOON);
    channel.frame(bit(bucket, 7));
    let mut knowledge = started(&channel);
    fresh(&mut knowledge, &channel, 10);
    knowledge.apply_snapshot(&old, &keys).unwrap();
    assert_eq!(
        (knowledge.revoked_tokens(), knowledge.as_of()),
        (1, Some(after(10).monotonic))
    );
}

#[test]
fn a_snapshot_of_a_new_stream_counts_from_its_first_echo() {
    let keys = feed_keys();
    let channel = Channel::new(1);
    let mut knowledge = started(&channel);
    fresh(&mut knowledge, &channel, 10);
    let mut restarted = Channel::new(2);
    restarted.frame(bit(Bucket::of(NOON), 7));
    knowledge
        .apply_snapshot(&restarted.snapshot(), &keys)
        .unwrap();
    assert_eq!((knowledge.revoked_tokens(), knowledge.generation()), (0, 2));
    fresh(&mut knowledge, &restarted, 20);
    assert_eq!((knowledge.revoked_tokens(), knowledge.generation()), (1, 3));
}

#[test]
fn a_snapshot_of_an_older_term_is_refused() {
    let mut channel = Channel::new(1);
    channel.term = 2;
    let mut knowledge = started(&channel);
    let old = Channel::new(2).snapshot();
    assert_eq!(
        knowledge.apply_snapshot(&old, &feed_keys()),
        Err(FeedError::OldTerm)
    );
}

proptest! {
    #[test]
    fn whatever_order_frames_come_in_what_is_known_is_a_beginning_of_the_truth(
        order in prop::collection::vec(0_usize..8, 0..40),
    ) {
        let (mut channel, keys) = (Channel::new(1), feed_keys());
        let mut knowledge = started(&channel);
        let bucket = Bucket::of(NOON);
        let frames: Vec<_> = (0..8).map(|index| channel.frame(bit(bucket, index))).collect();
        let mut next = 0;
        for at in order {
            let applied = knowledge.apply_frame(&frames[at], &keys);
            match at.cmp(&next) {
                std::cmp::Ordering::Less => prop_assert_eq!(applied, Ok(Applied::Old)),
                std::cmp::Ordering::Equal => {
                    prop_assert_eq!(applied, Ok(new(true)));
                    next += 1;
                }
                std::cmp::Ordering::Greater => prop_assert!(applied.is_err()),
            }
            prop_assert_eq!(knowledge.revoked_tokens(), next);
        }
    }
}
