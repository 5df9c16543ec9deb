//! Heads: complete, slow, oversized; and the time between two of them.

use symbolon_http::server::Limits;
use symbolon_http::server::limit::MAX_HEADER_BYTES;

use super::site::{GET, HELLO, SOON, Site, limited, listen, undated};

#[tokio::test]
async fn a_request_is_answered_and_its_connection_kept() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    assert_eq!(client.ask(GET).await, HELLO);
    assert_eq!(client.ask(GET).await, HELLO);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    let two = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    client.send(&format!("{GET}{two}{GET}")).await;
    assert_eq!(client.reply().await, HELLO);
    assert!(client.reply().await.ends_with("\r\n\r\n3"));
    assert_eq!(client.reply().await, HELLO);
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let site = Site::start(&limited(Limits {
        header_timeout: SOON,
        ..Limits::default()
    }))
    .await;
    let mut client = site.connect().await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_slow_head_is_cut_however_it_trickles() {
    let site = Site::start(&limited(Limits {
        header_timeout: SOON,
        ..Limits::default()
    }))
    .await;
    let (reader, mut writer) = site.connect().await.0.into_split();
    // Writes without end, as fast as the server takes it: only the time of a head ends it.
    let trickle = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let mut beat = tokio::time::interval(SOON / 8);
        writer.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        while writer.write_all(b"a: b\r\n").await.is_ok() {
            beat.tick().await;
        }
    });
    let mut reader = reader;
    let mut rest = Vec::new();
    // Whether the end is a close or a reset depends on what was in flight.
    let _end = tokio::io::AsyncReadExt::read_to_end(&mut reader, &mut rest).await;
    assert_eq!(rest, b"");
    trickle.await.unwrap();
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_reply() {
    let site = Site::start(&limited(Limits {
        idle_timeout: SOON,
        ..Limits::default()
    }))
    .await;
    let mut client = site.connect().await;
    client.send(GET).await;
    assert_eq!(undated(&client.rest().await), HELLO);
}

#[tokio::test]
async fn a_slow_head_after_a_reply_is_cut_too() {
    let site = Site::start(&limited(Limits {
        header_timeout: SOON,
        ..Limits::default()
    }))
    .await;
    let mut client = site.connect().await;
    assert_eq!(client.ask(GET).await, HELLO);
    client.send("GET / HTT").await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn an_oversized_head_gets_431_and_not_a_reset() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    let long = "x".repeat(4 * MAX_HEADER_BYTES);
    client
        .send(&format!("GET / HTTP/1.1\r\nHost: a\r\nA: {long}\r\n\r\n"))
        .await;
    let expected = "HTTP/1.1 431 Request Header Fields Too Large\r\n\
        connection: close\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(undated(&client.rest().await), expected);
}

#[tokio::test]
async fn a_head_within_its_limit_is_served() {
    let site = Site::start(&listen()).await;
    let long = "x".repeat(MAX_HEADER_BYTES - 100);
    let head = format!("GET / HTTP/1.1\r\nHost: a\r\nA: {long}\r\n\r\n");
    assert_eq!(site.connect().await.ask(&head).await, HELLO);
}

#[tokio::test]
async fn garbage_gets_400_and_a_close() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    client.send("\x16\x03\x01 hello\r\n\r\n").await;
    let expected = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(undated(&client.rest().await), expected);
}

#[tokio::test]
async fn an_offer_of_h2c_is_ignored() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    let offer = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n\
        Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n";
    assert_eq!(client.ask(offer).await, HELLO);
    assert_eq!(client.ask(GET).await, HELLO);
}
