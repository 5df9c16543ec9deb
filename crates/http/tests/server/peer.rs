//! Who is calling, as the application sees it.

use super::site::{Site, listen};

/// What `/peer` says to a request with this forwarding header.
async fn seen(proxy: Option<&str>, header: &str) -> String {
    let mut listen = listen();
    listen.proxies = proxy.iter().map(|net| net.parse().unwrap()).collect();
    let site = Site::start(&listen).await;
    let request = format!("GET /peer HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\n");
    let reply = site.connect().await.ask(&request).await;
    reply.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_client_cannot_name_itself() {
    let direct = "127.0.0.1 false Network";
    assert_eq!(seen(None, "X-Forwarded-For: 203.0.113.9").await, direct);
    assert_eq!(
        seen(None, "Forwarded: for=203.0.113.9;proto=https").await,
        direct
    );
    let elsewhere = Some("192.0.2.0/24");
    assert_eq!(
        seen(elsewhere, "X-Forwarded-For: 203.0.113.9").await,
        direct
    );
}

#[tokio::test]
async fn a_configured_proxy_names_its_client() {
    let proxy = Some("127.0.0.0/8");
    let header = "X-Forwarded-For: 1.2.3.4, 203.0.113.9\r\nX-Forwarded-Proto: https";
    assert_eq!(seen(proxy, header).await, "203.0.113.9 true Network");
    let header = "Forwarded: for=\"[2001:db8::1]:9\";proto=https, for=127.0.0.2";
    assert_eq!(seen(proxy, header).await, "2001:db8::1 true Network");
}

#[tokio::test]
async fn each_request_of_a_proxys_connection_has_its_own_client() {
    let mut listen = listen();
    listen.proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let site = Site::start(&listen).await;
    let mut client = site.connect().await;
    for address in ["203.0.113.1", "203.0.113.2"] {
        let head = format!("GET /peer HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {address}\r\n\r\n");
        let reply = client.ask(&head).await;
        assert!(
            reply.ends_with(&format!("{address} false Network")),
            "{reply}"
        );
    }
}
