//! Bodies: whole, slow, oversized.

use symbolon_http::server::Limits;
use symbolon_http::server::limit::MAX_BODY_BYTES;

use super::site::{GET, HELLO, SOON, Site, limited, listen, undated};

const TOO_LARGE: &str = "HTTP/1.1 413 Payload Too Large\r\n\
    content-type: application/problem+json\r\nconnection: close\r\ncontent-length: 252\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Payload Too Large\",\"status\":413,\
    \"detail\":\"the body is larger than this server takes; send less\",\
    \"code\":\"body_too_large\",\"error\":\"invalid_request\",\
    \"error_description\":\"the body is larger than this server takes; send less\"}";

const TOO_SLOW: &str = "HTTP/1.1 408 Request Timeout\r\n\
    content-type: application/problem+json\r\nconnection: close\r\ncontent-length: 255\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Request Timeout\",\"status\":408,\
    \"detail\":\"the body did not arrive in time; send the request again\",\
    \"code\":\"body_too_slow\",\"error\":\"invalid_request\",\
    \"error_description\":\"the body did not arrive in time; send the request again\"}";

fn post(length: usize, body: &str) -> String {
    format!("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn chunked(body: &str) -> String {
    format!("POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body}")
}

#[tokio::test]
async fn a_body_of_the_largest_size_is_taken() {
    let site = Site::start(&listen()).await;
    let body = "x".repeat(MAX_BODY_BYTES);
    let reply = site.connect().await.ask(&post(body.len(), &body)).await;
    assert!(reply.ends_with("\r\n\r\n65536"), "{reply}");
}

#[tokio::test]
async fn a_chunked_body_is_taken() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    let reply = client
        .ask(&chunked("3\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\n"))
        .await;
    assert!(reply.ends_with("\r\n\r\n5"), "{reply}");
    assert!(client.ask(&post(1, "x")).await.ends_with("\r\n\r\n1"));
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    let head = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\
        Expect: 100-continue\r\n\r\n";
    assert_eq!(client.ask(head).await, "HTTP/1.1 100 Continue\r\n\r\n");
    assert!(client.ask("x").await.ends_with("\r\n\r\n1"));
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_unread() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    client.send(&post(MAX_BODY_BYTES + 1, "")).await;
    assert_eq!(undated(&client.reply().await), TOO_LARGE);
}

#[tokio::test]
async fn the_refusal_of_a_large_body_is_read_by_a_client_that_sends_it_all() {
    let site = Site::start(&listen()).await;
    let body = "x".repeat(8 * MAX_BODY_BYTES);
    let mut client = site.connect().await;
    client.send(&post(body.len(), &body)).await;
    tokio::io::AsyncWriteExt::shutdown(&mut client.0)
        .await
        .unwrap();
    assert_eq!(undated(&client.rest().await), TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_grows_too_large_is_refused() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    client.send(&chunked(&chunk.repeat(3))).await;
    assert_eq!(client.reply().await, TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_stops_is_cut() {
    let site = Site::start(&limited(Limits {
        body_progress_timeout: SOON,
        ..Limits::default()
    }))
    .await;
    let mut client = site.connect().await;
    client.send(&post(10, "x")).await;
    assert_eq!(client.reply().await, TOO_SLOW);
}

#[tokio::test]
async fn a_body_that_trickles_is_cut() {
    let site = Site::start(&limited(Limits {
        body_timeout: SOON,
        ..Limits::default()
    }))
    .await;
    let (reader, mut writer) = site.connect().await.0.into_split();
    let trickle = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let mut beat = tokio::time::interval(SOON / 8);
        let head = post(10_000, "");
        writer.write_all(head.as_bytes()).await.unwrap();
        while writer.write_all(b"x").await.is_ok() {
            beat.tick().await;
        }
    });
    let mut reader = reader;
    let mut reply = vec![0; "HTTP/1.1 408".len()];
    tokio::io::AsyncReadExt::read_exact(&mut reader, &mut reply)
        .await
        .unwrap();
    assert_eq!(reply, b"HTTP/1.1 408");
    drop(reader);
    trickle.abort();
}

#[tokio::test]
async fn a_body_with_broken_framing_gets_400() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    client.send(&chunked("zz\r\n")).await;
    assert!(
        client
            .rest()
            .await
            .starts_with("HTTP/1.1 400 Bad Request\r\n")
    );
}

#[tokio::test]
async fn a_reply_that_nobody_reads_is_cut() {
    let large = || async { vec![b'x'; 64 * 1024 * 1024] };
    let routes = super::site::routes().route("/large", axum::routing::get(large));
    let listen = limited(Limits {
        stall_timeout: SOON,
        idle_timeout: SOON,
        max_connections: 1,
        ..Limits::default()
    });
    let site = Site::serve(&listen, routes).await;
    let mut deaf = site.connect().await;
    deaf.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await;
    // There is one place, so this is answered only once the deaf one has been cut.
    assert_eq!(site.connect().await.ask(GET).await, HELLO);
}
