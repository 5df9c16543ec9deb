//! Frames in their order, and who may hear them from where.

use symbolon_jose::base64url;
use symbolon_journal::{Event, Fact, Noun, Verb};
use symbolon_lineage::node::Change;
use symbolon_store::Unit;
use symbolon_token::feed::{Bytes, State};

use super::Site;
use crate::feed::{FeedError, RING_FRAMES};
use crate::testing::{NOON, call};

#[tokio::test]
async fn each_frame_carries_the_hash_of_the_one_before_it() {
    let site = Site::open().await;
    let begins = site.snapshot().await.position;
    assert_eq!(begins.n, 0);
    for session in [50, 51, 52] {
        site.happens(session, Change::End).await;
        site.cut().await;
    }
    let mut head = begins.head;
    let frames = site.frames(begins.stream, 0);
    assert_eq!(frames.len(), 3);
    for (at, (frame, text)) in frames.iter().enumerate() {
        assert_eq!((frame.prev, frame.n), (head, at as u64 + 1));
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        head = base64url::encode(digest.as_ref()).parse().unwrap();
    }
    let after = site.snapshot().await.position;
    assert_eq!(
        (after.stream, after.n, after.head),
        (begins.stream, 3, head)
    );
    assert_eq!(site.frames(begins.stream, 2).len(), 1);
}

#[tokio::test]
async fn what_happens_at_once_is_one_frame_and_nothing_is_none() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.cut().await;
    assert_eq!(site.frames(stream, 0).len(), 0);
    site.happens(50, Change::End).await;
    site.dies(3).await;
    site.cut().await;
    site.cut().await;
    let frames = site.frames(stream, 0);
    let [(frame, _)] = frames.as_slice() else {
        panic!("{frames:?}");
    };
    assert_eq!(frame.change.nodes.len(), 1);
    assert_eq!(frame.change.nodes[0].state, State::Ended);
    assert_eq!(frame.change.bits[&500_001].as_slice(), [3]);
    assert_eq!((frame.at, frame.term), (NOON, site.snapshot().await.term));
}

#[tokio::test]
async fn a_new_term_begins_new_streams() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    let mut listens = site.subscribe(stream, 0).unwrap();
    let event = Event::done(&call(NOON), site.realm.node, Verb::Begin, Noun::Term);
    let unit = Unit::entry(event.fact(Fact::Term(1_900_000_000)).entry());
    site.world.db.commit(unit).await.unwrap();
    site.cut().await;
    assert_eq!(listens.next().await, None);
    let after = site.snapshot().await;
    assert_ne!(after.position.stream, stream);
    assert_eq!(after.term, 1_900_000_000);
}

#[tokio::test]
async fn whoever_is_too_far_behind_or_ahead_or_elsewhere_fetches_a_snapshot() {
    let mut site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    for index in 0..=u32::try_from(RING_FRAMES).unwrap() {
        site.dies(index).await;
        site.cut().await;
    }
    for (stream, after) in [
        (stream, 0),
        (stream, u64::MAX),
        (Bytes([0; 16]), 1),
        (stream, RING_FRAMES as u64 + 2),
    ] {
        let refused = site.subscribe(stream, after).err();
        assert!(matches!(refused, Some(FeedError::SnapshotNeeded)));
        let refused = site.acknowledge(&site.said(stream, after)).await;
        assert!(after == 0 || matches!(refused, Err(FeedError::SnapshotNeeded)));
    }
    assert_eq!(site.frames(stream, 1).len(), RING_FRAMES);
    site.audience = site.realm.userinfo_endpoint();
    let refused = site.subscribe(stream, 1).err();
    assert!(matches!(refused, Some(FeedError::SnapshotNeeded)));
}
