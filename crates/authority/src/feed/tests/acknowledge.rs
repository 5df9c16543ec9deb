//! What is answered to those who acknowledge.

use std::time::Duration;

use symbolon_lineage::node::Change;
use symbolon_token::feed::{Acknowledgement, Bytes, ECHO_TYP, Echo};

use super::Site;
use crate::feed::FeedError;
use crate::testing::NOON;

#[tokio::test]
async fn an_echo_carries_the_nonce_and_where_the_stream_stands_now() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.happens(50, Change::End).await;
    site.cut().await;
    let acked = site.acknowledge(&site.said(stream, 0)).await.unwrap();
    let echo: Echo = site.signed(&acked.echo, ECHO_TYP);
    let here = site.snapshot().await.position;
    assert_eq!((echo.nonce, echo.position), (Bytes([7; 16]), here));
    assert_eq!((here.n, acked.lags), (1, vec![]));
}

#[tokio::test]
async fn an_answer_waits_for_what_had_happened_when_it_was_asked() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.happens(50, Change::End).await;
    let said = site.said(stream, 0);
    let (acked, ()) = tokio::join!(site.acknowledge(&said), site.cut());
    let echo: Echo = site.signed(&acked.unwrap().echo, ECHO_TYP);
    assert_eq!(echo.position.n, 1);
}

#[tokio::test]
async fn nobody_is_told_that_he_knows_everything_while_something_is_not_told() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.happens(50, Change::End).await;
    let refused = site.acknowledge(&site.said(stream, 0)).await;
    assert!(matches!(refused, Err(FeedError::Untold)));
    site.cut().await;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
}

#[tokio::test]
async fn the_lag_of_a_death_is_told_once_by_each_who_follows() {
    let mut site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    site.happens(50, Change::End).await;
    site.cut().await;
    site.now = NOON.plus(Duration::from_millis(7));
    let said = site.said(stream, 1);
    let lags = site.acknowledge(&said).await.unwrap().lags;
    assert_eq!(lags, [Duration::from_millis(7)]);
    assert_eq!(site.acknowledge(&said).await.unwrap().lags, []);
    let newcomer = Acknowledgement {
        follower: "two".to_owned(),
        ..said
    };
    assert_eq!(site.acknowledge(&newcomer).await.unwrap().lags, []);
}
