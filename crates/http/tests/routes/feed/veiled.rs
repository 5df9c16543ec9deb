//! Tokens of pairwise clients: what they carry is what the feed calls dead.

use std::collections::BTreeSet;

use axum::http::Method;
use symbolon_jose::base64url;
use symbolon_jose::danger::unverified_claims;
use symbolon_token::feed::{Block, Blocks, Bytes};

use super::*;
use crate::page::{Browser, client, site as people};

/// The blocks in a token's `lin` (version, length, plain part, blocks of sixteen).
fn blocks(token: &str) -> BTreeSet<Block> {
    let claims: Value = unverified_claims(token).unwrap();
    let lin = base64url::decode(claims["lin"].as_str().unwrap()).unwrap();
    let (version, plain) = (lin[0], usize::from(lin[1]));
    assert_eq!(version, 2, "it is veiled");
    let blocks = lin[2 + plain..].chunks(16);
    blocks.map(|one| Bytes(one.try_into().unwrap())).collect()
}

/// What is told after something happened.
async fn told(site: &Site, (stream, after): (&str, u64)) -> Blocks {
    cut(site).await;
    let path = format!("/feed/poll?audience={API}&stream={stream}&after={after}");
    let reply = site.get(&path).local().send().await.json();
    let text = reply["frames"][0].as_str().unwrap();
    let frame: Frame = signed(site, text, FRAME_TYP).await;
    frame.change.blocks
}

#[tokio::test]
async fn the_feed_names_the_blocks_of_veiled_tokens_that_died_and_came_back() {
    let (site, ada, _folder) = people().await;
    let pairwise = json!({"first_party": true, "subject_type": "pairwise"});
    client(&site, "one", &pairwise).await;
    let given = Browser::of(&site, &ada).await.tokens("one", &[]).await;
    let token = blocks(given["access_token"].as_str().unwrap());
    let path = format!("/feed/snapshot?audience={API}");
    let snapshot = site.get(&path).local().send().await;
    let snapshot: Snapshot = signed(&site, snapshot.text(), SNAPSHOT_TYP).await;
    let is_dead = |known: &[Block]| known.iter().filter(|one| token.contains(one)).count();
    assert_eq!(is_dead(&snapshot.known.blocks.dead), 0);
    let stream = snapshot.position.stream.to_string();

    let person = format!("/v1/subjects/{ada}");
    let stand = async |verb: &str| {
        let ask = site.ask(Method::POST, &format!("{person}/{verb}"));
        assert!(ask.local().send().await.status.is_success());
    };
    stand("disable").await;
    let disabled = told(&site, (&stream, 0)).await;
    assert_eq!(
        (is_dead(&disabled.dead), is_dead(&disabled.revived)),
        (1, 0)
    );
    stand("enable").await;
    let enabled = told(&site, (&stream, 1)).await;
    assert_eq!((is_dead(&enabled.dead), is_dead(&enabled.revived)), (0, 1));
    let ask = site.ask(Method::DELETE, &format!("{person}/sessions"));
    assert!(ask.local().send().await.status.is_success());
    let ended = told(&site, (&stream, 2)).await;
    assert!(is_dead(&ended.dead) > 0, "{ended:?}");
}
