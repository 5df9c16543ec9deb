//! While the clock is not believed nothing is issued, whatever the way to it; and nothing is spent on the
//! way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::{Method, StatusCode};
use symbolon_authority::setup;

use crate::arrange::{Reply, Site, call};
use crate::page::{
    ADA, API, Answer, Browser, redeem, refresh, request, set_password, site as people,
};

/// What says whether the clock of a site is believed.
fn trust(site: &Site) -> Arc<AtomicBool> {
    let believed = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&believed);
    site.world
        .trust_clock(Arc::new(move || asked.load(Ordering::Relaxed)));
    believed
}

fn assert_later(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{reply}");
    assert!(reply.headers.contains_key("retry-after"), "{reply}");
}

const ALLOW: [(&str, &str); 1] = [("decision", "allow")];

#[tokio::test]
async fn the_token_endpoint_issues_nothing_and_spends_neither_code_nor_refresh_token() {
    let (site, ada, _folder) = people().await;
    let offline = [("scope", "openid read offline_access")];
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("own", &offline).await;
    let code = browser.answer(&request("own", &offline)).await.code();
    site.token("read", API).await;
    let believed = trust(&site);
    believed.store(false, Ordering::Relaxed);
    let form = format!(
        "grant_type=client_credentials&client_id=service-read\
         &client_secret=a+secret+of+the+tests&resource={API}"
    );
    assert_later(&site.ask(Method::POST, "/token").form(&form).send().await);
    assert_later(&redeem(&site, "own", &code).await);
    assert_later(&refresh(&site, "own", &given, "").await);
    believed.store(true, Ordering::Relaxed);
    let redeemed = redeem(&site, "own", &code).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{redeemed}");
    let refreshed = refresh(&site, "own", &given, "").await;
    assert_eq!(refreshed.status, StatusCode::OK, "{refreshed}");
}

#[tokio::test]
async fn a_setup_link_is_not_spent() {
    let (site, _folder) = Site::open().await;
    let text = setup::issue(&site.world, &call(), &site.realm).await;
    let link = format!("/setup/{}", text.unwrap().reveal());
    let believed = trust(&site);
    believed.store(false, Ordering::Relaxed);
    assert_later(&site.ask(Method::POST, &link).send().await);
    believed.store(true, Ordering::Relaxed);
    let shown = site.ask(Method::POST, &link).send().await;
    assert_eq!(shown.status, StatusCode::OK, "{shown}");
}

#[tokio::test]
async fn nobody_is_signed_in_and_nothing_allowed() {
    let (site, ada, _folder) = people().await;
    set_password(&site, &ada).await;
    let believed = trust(&site);
    let mut browser = Browser::new(&site);
    let page = browser.page(&request("web", &[])).await;
    believed.store(false, Ordering::Relaxed);
    assert_later(&browser.press(&page, "sign-in", &ADA).await);
    believed.store(true, Ordering::Relaxed);
    let signed_in = browser.press(&page, "sign-in", &ADA).await;
    let consent = browser.follow(&signed_in).await;
    believed.store(false, Ordering::Relaxed);
    let allowed = browser.press(&consent, "consent", &ALLOW).await;
    assert_eq!(Answer::of(&allowed).error(), "temporarily_unavailable");
    believed.store(true, Ordering::Relaxed);
    Answer::of(&browser.press(&consent, "consent", &ALLOW).await).code();
}
