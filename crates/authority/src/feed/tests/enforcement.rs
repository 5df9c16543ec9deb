//! Whoever revokes waits for those who follow.

use std::time::Duration;

use symbolon_lineage::node::Change;
use symbolon_token::feed::Acknowledgement;
use symbolon_token::time::Time;

use super::Site;
use crate::feed::{Enforcement, Enforcer, Feed, MAX_WAITING, Unreachable, Wait};
use crate::testing::NOON;

#[tokio::test]
async fn whoever_revokes_waits_for_those_who_follow() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    site.happens(50, Change::End).await;
    let now = || NOON;
    let minute = Duration::from_mins(1);
    let waits = |wait, patience| {
        let wanted = (wait, patience);
        site.feed
            .enforcement(&site.world, site.realm.node, wanted, &now)
    };
    let nobody = waits(Wait::All, Duration::ZERO).await.unwrap();
    assert_eq!((nobody.enforced_by.len(), nobody.unreachable.len()), (0, 1));
    assert_eq!(
        nobody.unreachable[0].fails_closed_at,
        Some(NOON.plus(minute / 6))
    );
    assert_eq!(
        waits(Wait::None, minute).await.unwrap(),
        Enforcement::default()
    );
    let acknowledges = async {
        site.cut().await;
        site.acknowledge(&site.said(stream, 1)).await.unwrap();
    };
    let (told, ()) = tokio::join!(waits(Wait::All, minute), acknowledges);
    let told = told.unwrap();
    let expected = Enforcer {
        follower: "one".to_owned(),
        client: "api".to_owned(),
        audience: site.audience.clone(),
        since: NOON,
    };
    assert_eq!(
        (told.enforced_by, told.unreachable),
        (vec![expected], vec![])
    );
    let again = waits(Wait::Quorum, minute).await.unwrap();
    assert_eq!(again.enforced_by.len(), 1);
}

/// How those who follow the realm stand at a process that begins now.
async fn at_a_successor(site: &Site, feed: &Feed, now: Time) -> Vec<Unreachable> {
    let wanted = (Wait::All, Duration::ZERO);
    let clock = move || now;
    let told = feed.enforcement(&site.world, site.realm.node, wanted, &clock);
    let told = told.await.unwrap();
    assert_eq!(told.enforced_by, []);
    told.unreachable
}

#[tokio::test]
async fn whoever_begins_anew_expects_those_who_followed_before() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.follow(&site.said(stream, 0)).await;
    site.happens(50, Change::End).await;
    let later = |seconds| NOON.plus(Duration::from_secs(seconds));
    let successor = Feed::default();
    let expected = at_a_successor(&site, &successor, later(500)).await;
    assert_eq!(expected.len(), 1);
    // The one before may have answered it until this one began.
    let one = &expected[0];
    assert_eq!(
        (one.last_seen_at, one.fails_closed_at),
        (later(500), Some(later(510)))
    );
    assert_eq!(
        at_a_successor(&site, &successor, later(570)).await,
        expected
    );
    assert_eq!(at_a_successor(&site, &successor, later(571)).await, []);
    successor.forget(&site.world, later(500 + 7_201)).await;
    assert_eq!(
        at_a_successor(&site, &Feed::default(), later(8_000)).await,
        []
    );
}

#[tokio::test]
async fn whoever_begins_anew_expects_nobody_who_left_or_was_forgotten() {
    let mut site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    let said = site.said(stream, 0);
    let leaves = Acknowledgement {
        leaving: true,
        ..said.clone()
    };
    for leaves in [Some(leaves), None] {
        site.follow(&said).await;
        assert_eq!(
            at_a_successor(&site, &Feed::default(), site.now)
                .await
                .len(),
            1
        );
        if let Some(leaves) = leaves {
            site.follow(&leaves).await;
        } else {
            site.now = site.now.plus(Duration::from_secs(71));
            site.feed.beat(&site.world, site.now);
        }
        assert!(site.feed.share(&site.world, site.now).await);
        assert_eq!(at_a_successor(&site, &Feed::default(), site.now).await, []);
    }
}

#[tokio::test]
async fn a_bound_is_known_before_it_is_answered() {
    let mut site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    let said = site.said(stream, 0);
    site.follow(&said).await;
    site.now = site.now.plus(Duration::from_mins(1));
    assert!(!site.acknowledge(&said).await.unwrap().is_untold);
    for dark_after_ms in [Some(20_000), None] {
        let said = Acknowledgement {
            dark_after_ms,
            ..said.clone()
        };
        site.follow(&said).await;
        let expected = at_a_successor(&site, &Feed::default(), site.now).await;
        let bound = dark_after_ms.map(|millis| site.now.plus(Duration::from_millis(millis)));
        assert_eq!(expected[0].fails_closed_at, bound);
    }
}

#[tokio::test]
async fn a_server_that_leaves_ends_streams_and_waiting() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    site.happens(50, Change::End).await;
    let mut listens = site.subscribe(stream, 0).unwrap();
    let wanted = (Wait::All, Duration::from_hours(1));
    let now = || NOON;
    let waits = site
        .feed
        .enforcement(&site.world, site.realm.node, wanted, &now);
    let leaves = async { site.feed.leave() };
    let (heard, told, ()) = tokio::join!(listens.next(), waits, leaves);
    assert_eq!((heard, told.unwrap().unreachable.len()), (None, 1));
}

#[tokio::test]
async fn where_too_many_wait_one_more_is_told_how_it_stands() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    site.happens(50, Change::End).await;
    let wanted = (Wait::All, Duration::from_hours(1));
    let now = || NOON;
    let many = u32::try_from(MAX_WAITING).unwrap();
    let others = site.feed.waiting.try_acquire_many(many).unwrap();
    let told = site
        .feed
        .enforcement(&site.world, site.realm.node, wanted, &now);
    assert_eq!(told.await.unwrap().unreachable.len(), 1);
    drop(others);
    assert_eq!(site.feed.waiting.available_permits(), MAX_WAITING);
}
