//! Channels: when they are let go, and how many there may be.

use std::time::Duration;

use symbolon_lineage::node::Change;

use super::Site;
use crate::feed::{CHANNEL_IDLE, FeedError, MAX_CHANNELS_OF_REALM};
use crate::testing::NOON;

#[tokio::test]
async fn a_channel_that_nobody_needs_is_let_go() {
    let mut site = Site::open().await;
    site.snapshot().await;
    site.now = NOON.plus(CHANNEL_IDLE);
    site.feed.beat(&site.world, site.now);
    assert_eq!(site.feed.size().0, 1);
    site.now = site.now.plus(Duration::from_millis(1));
    site.feed.beat(&site.world, site.now);
    assert_eq!(site.feed.size().0, 0);
    site.happens(50, Change::End).await;
    assert!(site.world.changes.stirred().is_empty());
}

#[tokio::test]
async fn a_realm_has_half_of_the_channels_at_most() {
    let mut site = Site::open().await;
    for number in 0..MAX_CHANNELS_OF_REALM {
        site.audience = format!("https://{number}.example");
        site.snapshot().await;
    }
    let (world, realm) = (&site.world, &site.realm);
    let one_more = site
        .feed
        .snapshot(world, realm, "https://more.example", NOON);
    assert!(matches!(one_more.await, Err(FeedError::TooMany(_))));
    site.snapshot().await;
}
