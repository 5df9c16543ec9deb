//! `/feed/poll`: what was missed, and what comes.

use std::time::Duration;

use axum::http::StatusCode;
use symbolon_token::feed::{HEARTBEAT_TYP, Heartbeat};

use super::*;

#[tokio::test]
async fn whoever_missed_frames_is_told_them_and_where_the_stream_stands() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    let stream = snapshot(&site, &token).await.position.stream;
    dies(&site).await;
    dies(&site).await;
    let all = poll(&site, &token, (stream, 0)).await;
    assert_eq!(all.iter().map(|one| one.n).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(poll(&site, &token, (stream, 1)).await, all[1..]);
    let path = format!("/feed/poll?audience={API}&stream={stream}&after=2");
    let reply = get(&site, &path, &token).await.json();
    assert_eq!(reply["frames"], json!([]));
    let text = reply["heartbeat"].as_str().unwrap();
    let heartbeat: Heartbeat = signed(&site, text, HEARTBEAT_TYP).await;
    assert_eq!(heartbeat.position, snapshot(&site, &token).await.position);
}

#[tokio::test]
async fn whoever_waits_is_told_as_soon_as_something_happens() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    let stream = snapshot(&site, &token).await.position.stream;
    let path = format!("/feed/poll?audience={API}&stream={stream}&after=0&wait_ms=30000");
    let (reply, _) = tokio::join!(get(&site, &path, &token), dies(&site));
    assert_eq!(reply.json()["frames"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_waits_is_answered_when_the_server_leaves() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    let stream = snapshot(&site, &token).await.position.stream;
    let path = format!("/feed/poll?audience={API}&stream={stream}&after=0&wait_ms=30000");
    let leaves = async { site.app.feed().leave() };
    let (reply, ()) = tokio::join!(get(&site, &path, &token), leaves);
    assert_eq!(reply.json()["frames"], json!([]));
}

#[tokio::test]
async fn another_stream_or_a_frame_to_come_needs_a_snapshot() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    let stream = snapshot(&site, &token).await.position.stream;
    for place in [
        format!("stream={stream}&after=1"),
        format!("stream={stream}&after={}", i64::MAX),
        "stream=AAAAAAAAAAAAAAAAAAAAAA&after=0".to_owned(),
        format!("stream={stream}"),
        String::new(),
    ] {
        for route in ["poll", "stream"] {
            if place.is_empty() && route == "stream" {
                // It begins with one.
                continue;
            }
            let path = format!("/feed/{route}?audience={API}&{place}");
            let reply = get(&site, &path, &token).await;
            let told = (reply.status, reply.code());
            assert_eq!(
                told,
                (StatusCode::GONE, "snapshot_needed".to_owned()),
                "{place}"
            );
        }
    }
}

#[tokio::test]
async fn a_channel_that_was_let_go_needs_a_snapshot() {
    let (site, _folder) = site().await;
    let before = token(&site, "api").await;
    let stream = snapshot(&site, &before).await.position.stream;
    site.later(Duration::from_mins(3)).await;
    site.app.feed().beat(&site.world, site.now());
    let path = format!("/feed/poll?audience={API}&stream={stream}&after=0");
    assert_eq!(get(&site, &path, &before).await.status, StatusCode::GONE);
}
