//! What no route answers, and which realm is meant.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::arrange::Site;
use crate::page::assert_error;

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let (site, _folder) = Site::open().await;
    insta::assert_snapshot!(site.get("/nothing?x=1").send().await);
}

#[tokio::test]
async fn an_unknown_path_is_a_page_to_a_browser() {
    let (site, _folder) = Site::open().await;
    let accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    let page = site.get("/nothing").header("accept", accept).send().await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(
        page.text()
            .contains(r#"<code id="error-code">not_found</code>"#)
    );
}

#[tokio::test]
async fn another_method_is_a_problem_that_lists_the_right_ones() {
    let (site, _folder) = Site::open().await;
    insta::assert_snapshot!(site.ask(Method::DELETE, "/v1/clients").send().await);
}

#[tokio::test]
async fn a_realm_is_found_by_host_and_path() {
    let (site, _folder) = Site::open().await;
    for (name, issuer) in [
        ("path", "https://auth.example/tenant"),
        ("host", "https://other.example"),
    ] {
        let new = json!({"name": name, "issuer": issuer});
        let made = site.post("/v1/realms", &new).local().send().await;
        assert_eq!(made.status, StatusCode::CREATED, "{made}");
    }
    let metadata = "/.well-known/oauth-authorization-server";
    let openid = "/.well-known/openid-configuration";
    let issuer_at = async |host: &str, path: String| {
        let reply = site.get(&path).host(host).send().await;
        reply.json()["issuer"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let (main, tenant) = ("https://auth.example", "https://auth.example/tenant");
    let other = "https://other.example";
    for name in [metadata, openid] {
        assert_eq!(issuer_at("auth.example", name.to_owned()).await, main);
        assert_eq!(
            issuer_at("auth.example", format!("{name}/tenant")).await,
            tenant
        );
        assert_eq!(
            issuer_at("auth.example", format!("/tenant{name}")).await,
            tenant
        );
        assert_eq!(issuer_at("other.example", name.to_owned()).await, other);
        assert_eq!(issuer_at("OTHER.example:443", name.to_owned()).await, other);
        assert_eq!(issuer_at("proxy.internal", name.to_owned()).await, main);
        assert_eq!(
            issuer_at("auth.example", format!("{name}/nobody")).await,
            ""
        );
        assert_eq!(
            issuer_at("other.example", format!("{name}/tenant")).await,
            ""
        );
    }
}

#[tokio::test]
async fn another_method_is_a_page_to_a_browser() {
    let (site, _folder) = Site::open().await;
    let asked = site.ask(Method::DELETE, "/sign-in/");
    let page = asked.header("accept", "text/html").send().await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_error(&page, "method_not_allowed");
    assert_eq!(page.header("allow"), "GET,HEAD,POST");
}

#[tokio::test]
async fn a_head_signs_nobody_in_or_out() {
    let (site, _folder) = Site::open().await;
    for path in ["/authorize?client_id=web", "/logout"] {
        let reply = site.ask(Method::HEAD, path).send().await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(reply.header("allow"), "GET,POST");
    }
}

#[tokio::test]
async fn whoever_comes_with_another_method_is_not_told_to_try_head() {
    let (site, _folder) = Site::open().await;
    for path in ["/authorize?client_id=web", "/logout"] {
        for wants in ["text/html", "application/json"] {
            let asked = site.ask(Method::PUT, path).header("accept", wants);
            let reply = asked.send().await;
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(reply.header("allow"), "GET,POST");
            if wants == "text/html" {
                assert_error(&reply, "method_not_allowed");
            } else {
                assert_eq!(reply.code(), "method_not_allowed");
            }
        }
    }
}

#[tokio::test]
async fn a_page_is_found_without_its_slash() {
    let (site, _folder) = Site::open().await;
    for path in ["/sign-in", "/consent", "/sign-out", "/set-password"] {
        let asked = site.get(&format!("{path}?request=a%20b&more=1"));
        let reply = asked.send().await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        assert_eq!(reply.header("location"), format!("{path}/?request=a+b"));
    }
}
