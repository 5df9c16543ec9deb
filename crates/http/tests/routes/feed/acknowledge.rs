//! `/feed/acknowledgements` and `/feed/reports`.

use std::time::Duration;

use axum::http::StatusCode;
use symbolon_token::feed::{ECHO_TYP, Echo};

use super::*;

#[tokio::test]
async fn a_follower_hears_its_own_nonce_and_how_long_a_death_took_is_counted() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    let stream = snapshot(&site, &token).await.position.stream;
    let said = |n: u64| {
        json!({
            "audience": API, "stream": stream, "n": n, "nonce": "AAECAwQFBgcICQoLDA0ODw",
            "follower": "one", "dark_after_ms": 10_000,
        })
    };
    let say = |n| {
        let said = site.post("/feed/acknowledgements", &said(n));
        said.bearer(&token).send()
    };
    assert_eq!(say(0).await.status, StatusCode::OK);
    dies(&site).await;
    site.later(Duration::from_millis(40)).await;
    // Indexes were leased for the time to come.
    cut(&site).await;
    let reply = say(1).await;
    assert_eq!(reply.header("content-type"), "application/jwt");
    let echo: Echo = signed(&site, reply.text(), ECHO_TYP).await;
    assert_eq!(echo.nonce.to_string(), "AAECAwQFBgcICQoLDA0ODw");
    assert_eq!((echo.position.n, echo.at), (2, site.now()));
    let metrics = site.get("/metrics").local().send().await;
    for line in [
        "symbolon_revocation_lag_seconds_bucket{le=\"0.05\"} 1",
        "symbolon_revocation_lag_seconds_count 1",
        "symbolon_feed_channels 1",
        "symbolon_feed_followers 1",
    ] {
        assert!(metrics.text().contains(line), "{line} {}", metrics.text());
    }
}

#[tokio::test]
async fn a_report_stands_in_the_journal() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    let kid = site.get("/v1/keys").local().send().await.json()["items"][0]["kid"].clone();
    let report = json!({"audience": API, "kid": kid, "jti": "forged", "finding": "never_leased"});
    let reply = site
        .post("/feed/reports", &report)
        .bearer(&token)
        .send()
        .await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT, "{reply}");
    let journal = site.get("/v1/journal?verb=verify").local().send().await;
    let entry = &journal.json()["items"][0];
    assert_eq!(
        (&entry["reason"], &entry["name"]),
        (&json!("never_leased"), &json!("forged"))
    );
    assert_eq!(
        (&entry["signing_key"], &entry["outcome"]),
        (&kid, &json!("refused"))
    );
}
