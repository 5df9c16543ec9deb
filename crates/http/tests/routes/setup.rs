//! `/setup/{text}`.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use symbolon_authority::setup;
use symbolon_store::testing::each_engine;

use crate::arrange::{Site, call, migrations};

async fn link(site: &Site) -> String {
    let text = setup::issue(&site.world, &call(), &site.realm)
        .await
        .unwrap();
    format!("/setup/{}", text.reveal())
}

#[tokio::test]
async fn looking_at_a_link_shows_a_button_and_spends_nothing() {
    let (site, _folder) = Site::open().await;
    let link = link(&site).await;
    insta::assert_snapshot!(site.get(&link).header("accept", "text/html").send().await);
    let again = site.get(&link).send().await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test]
async fn a_browser_is_shown_the_token_once() {
    let (site, _folder) = Site::open().await;
    let link = link(&site).await;
    let browser = || {
        site.ask(Method::POST, &link)
            .header("accept", "text/html,*/*;q=0.8")
    };
    let ask = || browser().form("show-token=yes");
    insta::assert_snapshot!("a_browser_is_shown_the_token", ask().send().await);
    insta::assert_snapshot!(
        "a_browser_is_told_that_the_link_was_used",
        ask().send().await
    );
}

#[tokio::test]
async fn a_program_gets_the_token_as_json_once() {
    let (site, _folder) = Site::open().await;
    let link = link(&site).await;
    let ask = || {
        site.ask(Method::POST, &link)
            .header("accept", "application/json")
    };
    let first = ask().send().await;
    insta::assert_snapshot!("a_program_gets_the_token", &first);
    insta::assert_snapshot!(
        "a_program_is_told_that_the_link_was_used",
        ask().send().await
    );
    let token = first.json()["access_token"].as_str().unwrap().to_owned();
    let manages = site.get("/v1/clients").bearer(&token).send().await;
    assert_eq!(manages.status, StatusCode::OK, "{manages}");
}

#[tokio::test]
async fn an_expired_link_is_gone() {
    let (site, _folder) = Site::open().await;
    let link = link(&site).await;
    site.later(Duration::from_mins(30)).await;
    for method in [Method::GET, Method::POST] {
        let reply = site.ask(method, &link).send().await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::GONE, "setup_link_gone".to_owned())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_at_once_one_gets_a_token() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let link = link(&site).await;
        let asked = (0..64).map(|_| site.ask(Method::POST, &link).send());
        let replies = join_all(asked).await;
        let count = |status| {
            replies
                .iter()
                .filter(|reply| reply.status == status)
                .count()
        };
        assert_eq!((count(StatusCode::OK), count(StatusCode::GONE)), (1, 63));
    })
    .await;
}
