//! `/healthz`, `/readyz`, `/metrics`.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use crate::arrange::Site;

#[tokio::test]
async fn a_process_that_lives_says_so() {
    let (site, _folder) = Site::open().await;
    insta::assert_snapshot!(site.get("/healthz").send().await);
}

#[tokio::test]
async fn a_node_whose_database_answers_is_ready() {
    let (site, _folder) = Site::open().await;
    insta::assert_snapshot!(site.get("/readyz").send().await);
}

#[tokio::test]
async fn a_node_that_has_fallen_behind_is_not_ready() {
    let site = Site::beside_others().await;
    site.unheard(Duration::from_secs(3));
    insta::assert_snapshot!(site.get("/readyz").send().await);
}

#[tokio::test]
async fn tokens_are_counted_by_format() {
    let (site, _folder) = Site::open().await;
    for format in ["jwt", "opaque", "opaque"] {
        let audience = format!("https://{format}.example");
        let new = json!({"audience": audience, "token_format": format});
        site.post("/v1/resources", &new).local().send().await;
        site.token("read", &audience).await;
    }
    let metrics = site.get("/metrics").local().send().await;
    for line in ["{format=\"jwt\"} 1", "{format=\"opaque\"} 2"] {
        let line = format!("symbolon_access_tokens_issued_total{line}\n");
        assert!(metrics.text().contains(&line), "{line}");
    }
}

#[tokio::test]
async fn metrics_are_for_this_machine() {
    let (site, _folder) = Site::open().await;
    let far = site.get("/metrics").send().await;
    assert_eq!(
        (far.status, far.code()),
        (StatusCode::FORBIDDEN, "metrics_private".to_owned())
    );
    let proxied = site
        .get("/metrics")
        .loopback()
        .header("x-forwarded-for", "192.0.2.7");
    assert_eq!(proxied.send().await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        site.get("/metrics").loopback().send().await.status,
        StatusCode::OK
    );
    site.get("/nothing").send().await;
    let near = site.get("/metrics").local().send().await;
    let still: Vec<_> = near
        .text()
        .lines()
        .filter(|line| !line.contains("duration_seconds"))
        .collect();
    insta::assert_snapshot!(still.join("\n"));
    assert!(
        near.text()
            .contains("symbolon_reply_duration_seconds_count{route=\"health\"} 3")
    );
}
