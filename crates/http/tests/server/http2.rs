//! HTTP/2 by prior knowledge.

use axum::body::Body;
use axum::http::{Request, StatusCode, Version};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use symbolon_http::server::limit::{MAX_BODY_BYTES, MAX_HEADER_BYTES};
use symbolon_http::server::{Drained, Limits};
use tokio::task::JoinHandle;

use super::site::{SOON, Site, limited, listen};

type Sender = SendRequest<Full<Bytes>>;

async fn connect(site: &Site) -> (Sender, JoinHandle<hyper::Result<()>>) {
    let stream = TokioIo::new(site.connect().await.0);
    let (sender, connection) = handshake(TokioExecutor::new(), stream).await.unwrap();
    (sender, tokio::spawn(connection))
}

async fn ask(sender: &mut Sender, path: &str, body: Vec<u8>) -> (StatusCode, String) {
    let method = if body.is_empty() { "GET" } else { "POST" };
    let request = Request::builder()
        .method(method)
        .uri(format!("http://a{path}"))
        .body(Full::new(Bytes::from(body)))
        .unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.version(), Version::HTTP_2);
    let status = response.status();
    let body = Body::new(response.into_body()).collect().await.unwrap();
    (status, String::from_utf8(body.to_bytes().to_vec()).unwrap())
}

#[tokio::test]
async fn requests_are_answered_many_at_once() {
    let site = Site::start(&listen()).await;
    let (sender, _connection) = connect(&site).await;
    let asked = (0..50).map(|_| {
        let mut sender = sender.clone();
        async move { ask(&mut sender, "/", Vec::new()).await }
    });
    for reply in futures_util::future::join_all(asked).await {
        assert_eq!(reply, (StatusCode::OK, "hello".to_owned()));
    }
}

#[tokio::test]
async fn limits_hold_here_too() {
    let site = Site::start(&listen()).await;
    let (mut sender, _connection) = connect(&site).await;
    let taken = ask(&mut sender, "/length", vec![0; MAX_BODY_BYTES]).await;
    assert_eq!(taken, (StatusCode::OK, MAX_BODY_BYTES.to_string()));
    let (status, problem) = ask(&mut sender, "/length", vec![0; MAX_BODY_BYTES + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(problem.contains("body_too_large"), "{problem}");
    let request = Request::builder()
        .uri("http://a/")
        .header("a", "x".repeat(MAX_HEADER_BYTES))
        .body(Full::default());
    // The client keeps the server's limit itself once it knows it, or is told 431.
    let status = sender
        .send_request(request.unwrap())
        .await
        .map(|r| r.status());
    assert!(status.is_err() || status.unwrap() == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let site = Site::start(&limited(Limits {
        idle_timeout: SOON,
        ..Limits::default()
    }))
    .await;
    let (mut sender, connection) = connect(&site).await;
    ask(&mut sender, "/", Vec::new()).await;
    // Its end is what is waited for; a cut may look like an error to the client.
    let _end = connection.await.unwrap();
}

#[tokio::test]
async fn a_leaving_server_says_goodbye() {
    let site = Site::start(&listen()).await;
    let (mut sender, connection) = connect(&site).await;
    ask(&mut sender, "/", Vec::new()).await;
    assert_eq!(site.stop().await.unwrap(), Drained { cut: 0 });
    connection.await.unwrap().unwrap();
}
