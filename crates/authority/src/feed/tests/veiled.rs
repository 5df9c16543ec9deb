//! What is told of ancestors that tokens name by blocks.

use symbolon_identity::subject::pairwise::{salt, veil};
use symbolon_lineage::node::Change;
use symbolon_token::feed::Bytes;
use symbolon_token::lineage::{Ancestor, Epoch};

use super::{Site, node};
use crate::testing::NOON;

#[tokio::test]
async fn a_veiled_ancestor_is_told_to_each_audience_by_another_block() {
    let site = Site::open().await;
    let other = site.realm.userinfo_endpoint();
    let salt = salt(&site.world, site.realm.node, NOON).await.unwrap();
    let (one, two) = (site.snapshot().await, site.snapshot_of(&other).await);
    assert_ne!(one.position.stream, two.position.stream);
    site.happens(50, Change::End).await;
    let pair = Ancestor {
        node: node(50),
        epoch: Epoch(0),
    };
    let block = |audience: &str| Bytes(veil(&salt, audience, pair));
    site.cut().await;
    let frames = site.frames(one.position.stream, 0);
    // The node has ended: the epoch that no token has is dead too.
    assert_eq!(frames[0].0.change.blocks.dead[0], block(&site.audience));
    let known = site.snapshot_of(&other).await.known;
    assert!(known.blocks.dead.contains(&block(&other)));
    assert!(!known.blocks.dead.contains(&block(&site.audience)));
}

#[tokio::test]
async fn where_nothing_was_ever_veiled_no_blocks_are_told() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.happens(50, Change::End).await;
    site.cut().await;
    assert!(site.frames(stream, 0)[0].0.change.blocks.is_empty());
    assert!(site.snapshot().await.known.blocks.is_empty());
}
