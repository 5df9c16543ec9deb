//! The canary: a death that nobody asked for, to see how long it takes.

use super::Site;
use crate::testing::NOON;

#[tokio::test]
async fn a_canary_dies_where_somebody_follows_and_in_no_journal() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.feed.canary(&site.world, NOON);
    assert!(site.world.changes.stirred().is_empty());
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    let before = site.world.db.head().await.unwrap();
    site.feed.canary(&site.world, NOON);
    site.cut().await;
    assert_eq!(site.frames(stream, 0)[0].0.change.nodes.len(), 1);
    assert_eq!(
        site.acknowledge(&site.said(stream, 1))
            .await
            .unwrap()
            .lags
            .len(),
        1
    );
    assert_eq!(site.world.db.head().await.unwrap(), before);
}
