//! Whoever revokes waits for those who follow.

use std::time::Duration;

use symbolon_lineage::node::Change;

use super::Site;
use crate::feed::{Enforcement, Enforcer, MAX_WAITING, Wait};
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
