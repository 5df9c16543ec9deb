//! What pages of other origins may ask and read (Fetch standard, CORS protocol).

use axum::http::Method;

use super::{BILLING, ORIGIN, post, site, told};
use crate::arrange::{Ask, Site};

/// What a page may ask.
const SHARED: [(&str, &str); 5] = [
    ("/.well-known/oauth-authorization-server", "GET"),
    ("/.well-known/openid-configuration", "GET"),
    ("/jwks", "GET"),
    ("/token", "POST"),
    ("/revoke", "POST"),
];

/// Origins that nobody registered, and some that resemble the one that is.
const FOREIGN: [&str; 5] = [
    "null",
    "https://evil.example",
    "http://app.example",
    "https://app.example:8443",
    "https://app.example.evil.example",
];

fn preflight<'s>(site: &'s Site, (path, method): (&str, &str), origin: &str) -> Ask<'s> {
    site.ask(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization")
}

#[tokio::test]
async fn a_preflight_of_a_registered_origin_passes() {
    let (site, _folder) = site().await;
    for (path, method) in SHARED {
        println!("{path}");
        let reply = preflight(&site, (path, method), ORIGIN).send().await;
        let name = format!("a_preflight_of_a_registered_origin_to_{method}");
        insta::assert_snapshot!(name, told(reply));
    }
}

#[tokio::test]
async fn a_preflight_of_any_other_origin_is_allowed_nothing() {
    let (site, _folder) = site().await;
    for (path, method) in SHARED {
        for origin in FOREIGN {
            println!("{path} {origin}");
            let reply = preflight(&site, (path, method), origin).send().await;
            let name = format!("a_preflight_of_another_origin_to_{method}");
            insta::assert_snapshot!(name, told(reply));
        }
    }
}

#[tokio::test]
async fn introspection_is_no_pages_business() {
    let (site, _folder) = site().await;
    let asked = preflight(&site, ("/introspect", "POST"), ORIGIN);
    insta::assert_snapshot!(told(asked.send().await));
}

#[tokio::test]
async fn a_page_of_a_registered_origin_may_read_tokens_and_refusals() {
    let (site, _folder) = site().await;
    let form = format!("{BILLING}&grant_type=client_credentials");
    let granted = post(&site, "/token", &form).header("origin", ORIGIN);
    insta::assert_snapshot!("a_page_reads_a_token", told(granted.send().await));
    let refused = post(&site, "/token", BILLING).header("origin", ORIGIN);
    insta::assert_snapshot!("a_page_reads_a_refusal", told(refused.send().await));
    let other = post(&site, "/token", &form).header("origin", "null");
    insta::assert_snapshot!("another_page_reads_nothing", told(other.send().await));
}
