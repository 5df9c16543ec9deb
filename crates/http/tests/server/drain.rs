//! Leaving: finish what was begun, take nothing new, cut what does not end.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use symbolon_http::server::{Drained, Limits};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::site::{GET, HELLO, SOON, Site, limited, listen, undated};

/// A handler that tells when it begins and waits until it may end.
#[derive(Clone, Default)]
struct Slow {
    begun: Arc<Notify>,
    end: Arc<Notify>,
}

impl Slow {
    fn routes(&self) -> Router {
        let slow = self.clone();
        let handler = move || {
            let slow = slow.clone();
            async move {
                slow.begun.notify_one();
                slow.end.notified().await;
                "hello"
            }
        };
        Router::new().route("/", get(handler))
    }
}

#[tokio::test]
async fn a_request_in_progress_is_answered_and_new_connections_are_refused() {
    let slow = Slow::default();
    let site = Site::serve(&listen(), slow.routes()).await;
    let address = site.address;
    let mut client = site.connect().await;
    let mut idle = site.connect().await;
    client.send(GET).await;
    slow.begun.notified().await;
    let drained = site.stop();
    assert_eq!(idle.rest().await, "");
    assert!(TcpStream::connect(address).await.is_err());
    slow.end.notify_one();
    let closing = HELLO.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    assert_eq!(undated(&client.rest().await), closing);
    assert_eq!(drained.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_and_counted() {
    let slow = Slow::default();
    let limits = Limits {
        drain_timeout: SOON,
        ..Limits::default()
    };
    let site = Site::serve(&limited(limits), slow.routes()).await;
    let mut client = site.connect().await;
    client.send(GET).await;
    slow.begun.notified().await;
    assert_eq!(site.stop().await.unwrap(), Drained { cut: 1 });
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn kept_connections_are_closed_at_once() {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    assert_eq!(client.ask(GET).await, HELLO);
    assert_eq!(site.stop().await.unwrap(), Drained { cut: 0 });
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_handler_whose_client_is_gone_does_not_hold_the_drain() {
    let slow = Slow::default();
    let site = Site::serve(&listen(), slow.routes()).await;
    let mut client = site.connect().await;
    client.send(GET).await;
    slow.begun.notified().await;
    drop(client);
    assert_eq!(site.stop().await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn a_reply_on_its_way_out_is_not_cut() {
    const LENGTH: usize = 16 * 1024 * 1024;
    let routes = Router::new().route("/", get(|| async { vec![b'x'; LENGTH] }));
    let site = Site::serve(&listen(), routes).await;
    let mut client = site.connect().await;
    client.send(GET).await;
    client.0.readable().await.unwrap();
    let drained = site.stop();
    let rest = client.rest().await;
    assert_eq!(rest.split_once("\r\n\r\n").unwrap().1.len(), LENGTH);
    assert_eq!(drained.await.unwrap(), Drained { cut: 0 });
}
