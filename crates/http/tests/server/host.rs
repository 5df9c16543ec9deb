//! The `Host` header: one, in every request of HTTP/1.1.

use super::site::{GET, Site, listen, undated};

fn refusal(length: usize, detail: &str, code: &str) -> String {
    format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n\
         connection: close\r\ncontent-length: {length}\r\n\r\n{{\"type\":\"about:blank\",\
         \"title\":\"Bad Request\",\"status\":400,\"detail\":\"{detail}\",\"code\":\"{code}\",\
         \"error\":\"invalid_request\",\"error_description\":\"{detail}\"}}"
    )
}

async fn told(head: &str) -> String {
    let site = Site::start(&listen()).await;
    let mut client = site.connect().await;
    client.send(head).await;
    undated(&client.rest().await)
}

#[tokio::test]
async fn a_request_without_a_host_is_refused() {
    let detail = "the request has no Host header; HTTP/1.1 needs one, with the host of the URL";
    assert_eq!(
        told("GET / HTTP/1.1\r\n\r\n").await,
        refusal(292, detail, "host_missing")
    );
}

#[tokio::test]
async fn a_request_with_two_hosts_is_refused_even_where_they_agree() {
    let detail = "the request has more than one Host header; send one";
    for other in ["a", "b"] {
        let head = format!("GET / HTTP/1.1\r\nHost: a\r\nHost: {other}\r\n\r\n");
        assert_eq!(told(&head).await, refusal(242, detail, "host_doubled"));
    }
}

#[tokio::test]
async fn the_body_of_a_refused_request_is_no_next_request() {
    let head = format!(
        "POST /length HTTP/1.1\r\nContent-Length: {}\r\n\r\n{GET}",
        GET.len()
    );
    let told = told(&head).await;
    assert!(!told.contains("hello"), "{told}");
}

#[tokio::test]
async fn http_1_0_needs_no_host() {
    let told = told("GET / HTTP/1.0\r\n\r\n").await;
    assert!(told.starts_with("HTTP/1.0 200 OK"), "{told}");
    assert!(told.ends_with("\r\n\r\nhello"), "{told}");
}
