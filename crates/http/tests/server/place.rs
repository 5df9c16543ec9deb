//! Places and seats: how many connections there may be.

use symbolon_http::server::{BindError, Limits, Server};
use tokio::io::AsyncReadExt;

use super::site::{GET, HELLO, Site, limited, listen};

#[tokio::test]
async fn beyond_the_places_a_connection_waits_until_one_is_free() {
    let site = Site::start(&limited(Limits {
        max_connections: 1,
        ..Limits::default()
    }))
    .await;
    let mut first = site.connect().await;
    assert_eq!(first.ask(GET).await, HELLO);
    let mut second = site.connect().await;
    second.send(GET).await;
    assert_eq!(first.ask(GET).await, HELLO);
    let early = second.0.try_read(&mut [0; 1]);
    assert_eq!(early.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    assert_eq!(second.reply().await, HELLO);
}

#[tokio::test]
async fn beyond_its_seats_an_address_gets_503() {
    let site = Site::start(&limited(Limits {
        max_connections_per_address: 1,
        ..Limits::default()
    }))
    .await;
    let mut first = site.connect().await;
    assert_eq!(first.ask(GET).await, HELLO);
    let mut second = site.connect().await;
    let told = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\
        Retry-After: 1\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(second.rest().await, told);
    drop(first);
    // The seat is free once the server has seen the close; until then it says 503.
    let served = async {
        loop {
            let mut client = site.connect().await;
            let mut start = [0; 12];
            let asked = tokio::io::AsyncWriteExt::write_all(&mut client.0, GET.as_bytes()).await;
            let read = client.0.read_exact(&mut start).await;
            if asked.is_ok() && read.is_ok() && start == *b"HTTP/1.1 200" {
                return;
            }
        }
    };
    served.await;
}

#[tokio::test]
async fn a_proxy_needs_no_seat() {
    let mut listen = limited(Limits {
        max_connections_per_address: 1,
        ..Limits::default()
    });
    listen.proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let site = Site::start(&listen).await;
    let (mut first, mut second) = (site.connect().await, site.connect().await);
    assert_eq!(first.ask(GET).await, HELLO);
    assert_eq!(second.ask(GET).await, HELLO);
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let site = Site::start(&listen()).await;
    let mut again = listen();
    again.address = site.address;
    let error = Server::bind(&again).await.err().unwrap();
    assert!(matches!(error, BindError::AddressInUse { address } if address == site.address));
    let sentence = format!(
        "{} is in use by another process; stop it or listen elsewhere",
        site.address
    );
    assert_eq!(error.to_string(), sentence);
}
